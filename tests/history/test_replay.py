"""500 things happen to some articles, by every way in; the log alone then tells how they are."""

from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from articles import moderation
from articles.history.replay import Gap, replay
from articles.history.snapshot import snapshot
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.management.commands.check_log import gaps_of
from articles.models import Article, ArticleImage, Channel, Event, Image, ImportRun, Reason, Topic, TopicOldSlug, Verb
from articles.moderation import Context, Why, bulk
from articles.moderation import stories as decide
from articles.moderation.colleague_verbs import Assign, Score
from articles.moderation.content_verbs import ChangeTopics
from articles.moderation.refusals import Refused
from articles.moderation.verbs import Publish, Reject, Reopen, Withdraw
from providers.models import Provider
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
                images=f"[{{url: '{self.images[0].url}', title: '{pick(['', 'Fox', 'Owl'])}'}}]",
            )
            for number in numbers
        }
        self.runs.append(import_documents([write(self.folder, files)]).run)
        self.remember()

    def place(self) -> Image | ArticleImage:
        """An image, with texts for its place or without."""
        pick, image = self.random.choice, self.random.choice(self.images)
        return pick([image, ArticleImage(image=image, title=pick(["", "Fox", "Bear"]), attribution=pick(["", "Ann"]))])

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
                    article, by=by, at=at, topics=[pick(self.topics)], images=[self.place()], **seen
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
                lambda: decide.lead(article.pk, by=by, at=at, leads=pick([True, False]), **seen),
                lambda: decide.split(article.pk, by=by, at=at, **seen),
                lambda: decide.never(article.pk, pick(list(Article.objects.all())).pk, by=by, at=at, **seen),
                lambda: decide.group(self.some_versions(), by=by, at=at),
                lambda: decide.publish_and_cover(article.pk, self.some_versions(), by=by, at=at, **seen),
                lambda: decide.cover_each(self.some_versions(), by=by, at=at),
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

    def some_versions(self) -> dict[int, int]:
        return dict(self.random.sample(list(Article.objects.order_by("pk").values_list("pk", "version")), 3))

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

    states, gaps = replayed(newsroom.base)
    assert (states, gaps) == (facts(), [])
    assert gaps_of({*newsroom.base}) == {}
    # The test saw something: all verbs, all ways in, and more done than refused.
    events = Event.objects.all()
    assert set(events.values_list("verb", flat=True)) == set(Verb.values)
    assert set(events.values_list("channel", flat=True)) == set(WHERE)
    assert len(events) > 2 * newsroom.refused


def replayed(base: dict[int, dict]) -> tuple[dict[int, dict], list[Gap]]:
    """The snapshots of all articles that the log alone gives, from a `base`; and where it has gaps."""
    states, gaps = {}, []
    for pk, before in base.items():
        state, found = replay(Event.objects.filter(article=pk).order_by("pk"), before)
        gaps += found
        if before.keys() <= state.keys():
            states[pk] = {name: state[name] for name in before}
    for state in states.values():
        if state["duplicate_of"] not in states:
            state["duplicate_of"] = None
    return states, gaps


@pytest.mark.django_db
def test_a_write_past_the_log_is_noticed(editor):
    article = make_article(title="Old", heat=1)
    base = facts()
    moderation.edit(article, by=editor, version=1, title="New")
    Article.objects.update(title="By SQL", heat=9)
    assert replayed(base)[0] != facts()
    assert gaps_of([article.pk]) == {article.pk: [Gap("title", "New", "By SQL")]}

    moderation.edit(Article.objects.get(), by=editor, version=2, title="Newer")

    event = Event.objects.latest("pk").pk
    assert gaps_of([article.pk]) == {article.pk: [Gap("title", "New", "By SQL", event)]}


@pytest.mark.django_db
def test_the_command_names_what_was_written_past_the_log(tmp_path, editor, capsys):
    import_documents([write(tmp_path, {"1.md": document(heat="5"), "2.md": document(heat="7"), "3.md": document()})])
    one, two, three = Article.objects.order_by("path")
    moderation.score(two, by=editor, version=1, heat=8)
    call_check_log(0)
    assert capsys.readouterr().out == "3 articles, 1 events: none differ from the log\n"

    Article.objects.filter(pk=one.pk).update(heat=6)
    Article.objects.filter(pk=two.pk).update(published=True, first_published_at=timezone.now(), version=9)
    Article.objects.filter(pk=three.pk).update(notes="Kept out of the log")

    call_check_log(1)
    assert capsys.readouterr().out.splitlines() == [
        f"article {one.pk}: heat: the log says 5, it is 6",
        f"article {two.pk}: published: the log says False, it is True",
        f"article {two.pk}: version: the log says 2, it is 9",
        "3 articles, 1 events: 2 differ from the log",
    ]


@pytest.mark.django_db
def test_what_a_document_says_after_a_decision_and_is_held_back_is_no_gap(tmp_path, editor):
    import_documents([write(tmp_path, {"1.md": document(webUrl="https://news.example/one")})])
    moderation.publish(Article.objects.get(), by=editor, version=1)
    import_documents([write(tmp_path, {"1.md": document(webUrl="https://news.example/elsewhere")})])
    article = Article.objects.get()
    assert (article.web_url, article.queue) == ("https://news.example/one", "changed")
    call_check_log(0)

    moderation.keep(article, by=editor, version=article.version, names=["web_url"])

    call_check_log(0)


def call_check_log(status: int) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_log")
    assert ended.value.code == status


@pytest.mark.django_db
def test_what_was_renamed_or_deleted_since_is_no_gap(editor, make_user):
    colleague, topic = make_user("Moderators"), make_topic("Power")
    one, two = make_article(), make_article()
    moderation.edit(one, by=editor, version=1, topics=[topic])
    moderation.assign(one, by=editor, version=2, to=colleague)
    moderation.mark_duplicate(one, by=editor, version=3, of=two)

    TopicOldSlug.objects.create(topic=topic, slug=topic.slug)
    Topic.objects.update(slug="renamed")
    User.objects.filter(pk=colleague.pk).update(username="married")
    Provider.objects.update(domain="renamed.example")
    moderation.delete(two, by=editor, version=1)

    assert gaps_of([one.pk, two.pk]) == {}
