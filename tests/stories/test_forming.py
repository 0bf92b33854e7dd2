"""Stories are formed of what changed, and are what forming all of them anew would give."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Likeness, StaleDay, Story, StoryMember
from articles.moderation import stories as decide
from articles.stories import forming
from articles.stories.forming import form, rebuild
from articles.stories.likeness import walk
from tests.factories import make_article, make_provider
from tests.importing.documents_by_hand import document, write
from tests.stories.some import SUBJECTS, WAYS, pairs, partition, some_order, story, tell

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def links(articles) -> frozenset[str]:
    return frozenset(article.canonical_url for article in articles)


def test_reports_of_one_subject_are_one_story():
    crane, comet = story(0), story(1)
    alone = make_article(title="Nothing like it at all")

    assert form() > 0

    assert partition() == {links(crane), links(comet)}
    assert not StoryMember.objects.filter(pk=alone.pk).exists()
    assert "crane" in " ".join(Likeness.objects.filter(one=crane[0].pk).first().words).lower()


def test_nothing_is_done_where_nothing_changed(django_assert_num_queries):
    story(0)
    form()
    before = list(StoryMember.objects.values_list("pk", "story").order_by("pk"))

    assert not StaleDay.objects.exists()
    assert form() == 0
    assert list(StoryMember.objects.values_list("pk", "story").order_by("pk")) == before


@pytest.mark.parametrize("seed", range(20))
def test_any_order_and_any_batches_give_the_same_stories(seed):
    reports = [(subject, way) for subject in range(4) for way in range(3)]
    for number, (subject, way) in enumerate(some_order(reports, seed)):
        domain = f"{subject}-{way}.example"
        tell(subject, way, provider=make_provider(domain=domain), web_url=f"https://{domain}/")
        if number % (seed + 1) == 0:
            form()
    form()

    assert len(partition()) == 4
    formed = partition(), pairs()
    rebuild()
    assert (partition(), pairs()) == formed


def test_a_report_that_comes_later_joins_the_story_which_keeps_its_number():
    first = story(0, 2)
    form()
    number = Story.objects.get().pk

    third = tell(0, 2)
    form()

    assert partition() == {links([*first, third])}
    assert Story.objects.get().pk == number


@pytest.mark.parametrize("change", ["edited", "moved", "deleted", "other link"])
def test_what_changes_is_grouped_anew(change, editor, committed):
    one, other, third = story(0)
    form()

    with committed():
        match change:
            case "edited":
                moderation.edit(
                    third,
                    by=editor,
                    version=1,
                    title="Bakers want better flour",
                    excerpt="Flour is too coarse, they say.",
                )
            case "moved":
                moderation.edit(third, by=editor, version=1, published_at=third.published_at + timedelta(days=90))
            case "deleted":
                moderation.delete(third, by=editor, version=1)
            case "other link":
                moderation.edit(third, by=editor, version=1, web_url="https://elsewhere.example/crane")
                third.refresh_from_db()

    members = [one, other, third] if change == "other link" else [one, other]
    assert partition() == {links(members)}
    assert not StaleDay.objects.exists()
    formed = partition(), pairs()
    rebuild()
    assert (partition(), pairs()) == formed


def test_a_story_of_one_is_none():
    _, other = story(0, 2)
    form()

    Article.objects.filter(pk=other.pk).delete()
    form()

    assert [model.objects.count() for model in (StoryMember, Story, Likeness)] == [0, 0, 0]


def test_articles_without_a_date_stand_alone_unless_people_say_otherwise(editor):
    one, other = story(0, 2)
    for article in (one, other):
        Article.objects.filter(pk=article.pk).update(published_at=article.created_at)
    form()
    assert partition() == set()

    decide.group({one.pk: 1, other.pk: 1}, by=editor)

    assert partition() == {links([one, other])}
    rebuild()
    assert partition() == {links([one, other])}


@pytest.mark.parametrize("times", [1, 9])
def test_what_changes_while_stories_are_formed_is_not_missed(monkeypatch, times):
    """On a day that is noted already, too."""
    one, other = story(0, 2)
    third = tell(0, 2)
    walks = []

    def walk_and_change(reports, days):
        found = walk(reports, days)
        walks.append(found)
        if len(walks) <= times:
            Article.objects.filter(pk=third.pk).update(title=f"Bakers want better flour {len(walks)}", excerpt="Flour.")
        return found

    monkeypatch.setattr(forming, "walk", walk_and_change)
    form()
    monkeypatch.undo()
    form()

    assert len(walks) == (2 if times == 1 else forming.TRIES + 1)
    assert partition() == {links([one, other])}
    assert not StaleDay.objects.exists()


def test_undoing_a_run_by_command_forms_stories_anew(tmp_path):
    files = {
        f"{way}.md": document(
            title=f'"{WAYS[way].format(SUBJECTS[0][0])}"',
            webUrl=f'"https://of{way}.example/"',
            provider=f"{{name: 'Of {way}', domain: 'of{way}.example'}}",
            publishedDateTime=f"2020-06-01T1{way}:00:00Z",
        )
        for way in range(2)
    }
    run = import_documents([write(tmp_path, files)]).run
    form()
    assert len(partition()) == 1

    call_command("undo_import", run, stdout=StringIO())

    assert (partition(), StaleDay.objects.exists()) == (set(), False)
