"""500 things happen to some articles, by every way in; the log alone then tells how they are."""

from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from django.utils import timezone

from articles import moderation
from articles.history.replay import Gap, rebuilt
from articles.history.snapshot import snapshot
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.models import Article, Channel, Event, ImportRun, Reason, Verb
from articles.moderation import Context, Why, bulk
from articles.moderation.colleague_verbs import Assign, Score
from articles.moderation.content_verbs import ChangeTopics
from articles.moderation.refusals import Refused
from articles.moderation.verbs import Publish, Reject, Reopen, Withdraw
from tests.factories import make_article, make_image, make_topic
from tests.importing.documents_by_hand import document, write

ACTIONS = 500
DOCUMENTS = 12
FEWEST = 5  # articles that are left to act on
# Every seed must do; one more costs seconds, and was tried.
SEEDS = (1,)
WHERE = ("desk", "admin", "bulk", "import")


def facts() -> dict[int, dict]:
    return {article.pk: snapshot(article) for article in Article.objects.all()}


class Newsroom:
    """People and documents that do whatever comes into their heads; what is refused is refused."""

    def __init__(self, seed: int, folder: Path, people):
        self.random, self.folder, self.people = Random(seed), folder, people  # noqa: S311 - no secret
        self.topics = [make_topic() for _ in range(4)]
        self.images = [make_image() for _ in range(3)]
        self.base: dict[int, dict] = {}
        self.runs: list[int] = []
        self.refused = 0
        self.import_documents(range(DOCUMENTS))

    def import_documents(self, numbers) -> None:
        pick = self.random.choice
        related = [f"{{webUrl: 'https://r.example/{n}', title: '{pick('xyz')}'}}" for n in range(pick([1, 2, 3]))]
        files = {
            f"{number}.md": document(
                title=f'"{pick(["A", "B", "C"])} {number}"',
                webUrl=f'"https://news.example/{number}"',
                heat=str(pick([-1, 5, 9])),
                published=pick(["true", "false"]),
                topics=pick(["[]", "[One]", "[Two, One]"]),
                related=f"[{', '.join(related)}]",
            )
            for number in numbers
        }
        self.runs.append(import_documents([write(self.folder, files)]).run)
        self.remember()

    def remember(self) -> None:
        """An article that is new to the log: its document tells all."""
        self.base |= {pk: state for pk, state in facts().items() if pk not in self.base}

    def act(self) -> None:
        pick = self.random.choice
        article = pick(list(Article.objects.order_by("pk")))
        by, seen = pick(self.people), {"version": article.version}
        at = Context(pick([Channel.DESK, Channel.ADMIN]), uuid4())
        why = Why(Reason.objects.first(), "Why not.")
        number = pick([0, 3, 7, 50])
        links = [{"pk": link.pk, "hidden": pick([True, False])} for link in article.related.all()]
        self.random.shuffle(links)
        do = pick(
            [
                lambda: moderation.publish(article, by=by, at=at, **seen),
                lambda: moderation.reject(article, by=by, at=at, why=why, **seen),
                lambda: moderation.withdraw(article, by=by, at=at, why=why, **seen),
                lambda: moderation.reopen(article, by=by, at=at, **seen),
                lambda: moderation.score(article, by=by, at=at, quality=number, heat=number, **seen),
                lambda: moderation.schedule(
                    article, by=by, at=at, expires_at=timezone.now() + timedelta(hours=number), **seen
                ),
                lambda: moderation.edit(article, by=by, at=at, title=pick(["X", "Y"]), slug=f"s-{number}", **seen),
                lambda: moderation.edit(
                    article, by=by, at=at, topics=[pick(self.topics)], images=[pick(self.images)], **seen
                ),
                lambda: moderation.edit(article, by=by, at=at, web_url=f"https://news.example/{number}", **seen),
                lambda: moderation.curate(article, by=by, at=at, related=links[:2], **seen),
                lambda: moderation.curate(
                    article, by=by, at=at, related=[*links, {"url": f"https://news.example/{number}"}], **seen
                ),
                lambda: moderation.note(article, by=by, at=at, notes=pick(["", "One", "Two"]), **seen),
                lambda: moderation.flag(article, by=by, at=at, why=pick(["", "Why?"]), **seen),
                lambda: moderation.assign(article, by=by, at=at, to=pick([None, *self.people]), **seen),
                lambda: moderation.mark_duplicate(
                    article, by=by, at=at, of=pick([None, *Article.objects.all()]), **seen
                ),
                lambda: moderation.pin(article, by=by, at=at, pinned=pick([True, False]), **seen),
                lambda: moderation.apply(
                    article, by=by, at=at, why=why, published=pick([True, False]), heat=number, title="Z", **seen
                ),
                lambda: self.in_bulk(by, why),
                lambda: self.in_bulk(by, why),
                lambda: moderation.undo(pick(list(Event.objects.order_by("-pk")[:5])), by=by, at=at),
                lambda: moderation.undo(pick(list(Event.objects.order_by("-pk")[:5])), by=by, at=at),
                lambda: moderation.undo_batch(pick(list(Event.objects.order_by("-pk")[:5])).batch, by=by, at=at),
                lambda: self.import_documents(self.random.sample(range(DOCUMENTS), 4)),
                lambda: self.undo_a_run(),
                lambda: Article.objects.count() > FEWEST and moderation.delete(article, by=by, at=at, **seen),
            ]
        )
        try:
            do()
        except Refused:
            self.refused += 1

    def in_bulk(self, by, why) -> None:
        pick = self.random.choice
        verb = pick(
            [
                Publish(),
                Reject(why),
                Withdraw(why),
                Reopen(),
                Score(heat_by=pick([-2, 3]), quality=pick([None, 4])),
                ChangeTopics(add=[pick(self.topics)]),
                ChangeTopics(remove=[pick(self.topics)]),
                Assign(pick(self.people)),
            ]
        )
        pks = [article.pk for article in self.random.sample(list(Article.objects.order_by("pk")), FEWEST)]
        bulk.carry_out(Article.objects.filter(pk__in=pks), verb, by=by)

    def undo_a_run(self) -> None:
        # The first is never undone: something must be left.
        run = ImportRun.objects.get(pk=self.random.choice(self.runs[1:][-3:] or self.runs))
        if run.undoes is None and not hasattr(run, "undone_by") and run.pk != self.runs[0]:
            undo_run(run)
            self.remember()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_the_state_is_rebuilt_from_the_log_after_500_actions(seed, tmp_path, make_user):
    people = [make_user("Editors", username="anne"), make_user("superuser", username="bert")]
    newsroom = Newsroom(seed, tmp_path, people)

    for _ in range(ACTIONS):
        newsroom.act()

    events = Event.objects.order_by("pk")
    assert rebuilt(newsroom.base, events) == facts()
    # The test saw something: all verbs, all ways in, and more done than refused.
    assert set(events.values_list("verb", flat=True)) == set(Verb.values)
    assert set(events.values_list("channel", flat=True)) == set(WHERE)
    assert len(events) > 2 * newsroom.refused


@pytest.mark.django_db
def test_a_write_past_the_log_is_noticed(editor):
    article = make_article(title="Old", heat=1)
    base = facts()
    moderation.edit(article, by=editor, version=1, title="New")
    Article.objects.update(title="By SQL", heat=9)
    assert rebuilt(base, Event.objects.order_by("pk")) != facts()

    moderation.edit(Article.objects.get(), by=editor, version=2, title="Newer")

    with pytest.raises(Gap, match="title was 'New', not 'By SQL'"):
        rebuilt(base, Event.objects.order_by("pk"))
