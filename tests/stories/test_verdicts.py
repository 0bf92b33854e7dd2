"""People and documents say what they like, by every way in: no verdict is broken, and the log tells all of it."""

from random import Random
from uuid import uuid4

import pytest

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.management.commands.check_log import gaps_of
from articles.models import Article, Channel, Event, ImportRun, Reason, StoryMember
from articles.moderation import Context, Why
from articles.moderation import stories as decide
from articles.moderation.refusals import Refused
from articles.stories.forming import form, rebuild
from tests.importing.documents_by_hand import document, write
from tests.stories.some import SUBJECTS, WAYS, partition

ACTIONS = 300
DOCUMENTS = 16

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


class Desk:
    def __init__(self, seed: int, folder, people):
        self.random, self.folder, self.people = Random(seed), folder, people  # noqa: S311 - no secret
        self.done = self.refused = 0
        self.runs: list[int] = []
        self.import_documents(range(DOCUMENTS))

    def import_documents(self, numbers) -> None:
        files = {}
        for number in numbers:
            title, excerpt = SUBJECTS[number % len(SUBJECTS)]
            if self.random.random() < 0.2:
                title, excerpt = SUBJECTS[self.random.randrange(len(SUBJECTS))]
            files[f"{number}.md"] = document(
                title=f'"{self.random.choice(WAYS).format(title)}"',
                excerpt=f'"{excerpt}"',
                webUrl=f'"https://of{number}.example/{number}"',
                provider=f"{{name: 'Of {number}', domain: 'of{number}.example'}}",
                publishedDateTime=f"2020-06-{1 + number % 4:02}T{number:02}:00:00Z",
                published="false",
            )
        self.runs.append(import_documents([write(self.folder, files)]).run)
        form()

    def act(self) -> None:
        pick = self.random.choice
        rows = list(Article.objects.order_by("pk"))
        one, other = self.random.sample(rows, 2)
        by, at, seen = (
            pick(self.people),
            Context(pick([Channel.DESK, Channel.ADMIN, Channel.BULK]), uuid4()),
            one.version,
        )
        some = dict(self.random.sample([(row.pk, row.version) for row in rows], 3))
        steps = [
            lambda: decide.group({one.pk: seen, other.pk: other.version}, by=by, at=at),
            lambda: decide.group(some, by=by, at=at),
            lambda: decide.split(one.pk, by=by, version=seen, at=at),
            lambda: decide.never(one.pk, other.pk, by=by, version=seen, at=at),
            lambda: decide.lead(one.pk, leads=pick([True, False]), by=by, version=seen, at=at),
            lambda: decide.publish_and_cover(one.pk, self.copies(one.pk), by=by, version=seen, at=at),
            lambda: decide.cover_each(some, by=by, at=at),
            lambda: moderation.mark_duplicate(one, by=by, version=seen, at=at, of=pick([None, other])),
            lambda: moderation.reopen(one, by=by, version=seen, at=at),
            lambda: moderation.withdraw(one, by=by, version=seen, at=at, why=Why(Reason.objects.first(), "")),
            lambda: moderation.undo_batch(pick(list(Event.objects.exclude(batch=None))[:6]).batch, by=by, at=at),
            lambda: moderation.undo_batch(pick(list(Event.objects.exclude(batch=None))[:6]).batch, by=by, at=at),
            lambda: moderation.undo(pick(list(Event.objects.all()[:6])), by=by, at=at),
            lambda: self.import_documents(self.random.sample(range(DOCUMENTS), 3)),
            lambda: len(rows) > 8 and moderation.delete(one, by=by, version=seen, at=at),
            lambda: len(self.runs) > 1 and undo_run(ImportRun.objects.get(pk=self.runs.pop())),
            rebuild,
        ]
        try:
            # Every few of the steps that are rare in a newsroom.
            step = pick(steps[:-3]) if self.random.random() < 0.9 else pick(steps[-3:])
            step()
            form()
            self.done += 1
        except Exception as refusal:
            if not isinstance(refusal, Refused) and type(refusal).__name__ not in ("IndexError", "NotUndoable"):
                raise
            self.refused += 1

    def copies(self, pk: int) -> dict[int, int]:
        others = [key for key in decide.story_of(pk) if key != pk]
        return dict(Article.objects.filter(pk__in=others).values_list("pk", "version"))


def broken() -> list[str]:
    """What people said, and the stories do not say."""
    stories = dict(StoryMember.objects.values_list("pk", "story"))
    rows = {row.pk: row for row in Article.objects.all()}

    def are_one(row: Article, key: int) -> bool:
        return row.pk in stories and stories[row.pk] == stories.get(key)

    ties = [(row, key) for row in rows.values() for key in row.together if key in rows]
    cuts = [(row, key) for row in rows.values() for key in row.apart if key in rows]
    return [f"{row.pk} and {key} are together" for row, key in ties if not are_one(row, key)] + [
        f"{row.pk} and {key} are apart" for row, key in cuts if are_one(row, key)
    ]


@pytest.mark.parametrize("seed", [1])
def test_no_verdict_is_broken_and_the_log_tells_all(seed, tmp_path, editor, make_user):
    desk = Desk(seed, tmp_path, [editor, make_user("superuser")])

    for number in range(ACTIONS):
        desk.act()
        assert broken() == [], number

    assert desk.done > ACTIONS / 3
    assert gaps_of(sorted({*Article.objects.values_list("pk", flat=True)})) == {}
    formed = partition()
    rebuild()
    assert partition() == formed
