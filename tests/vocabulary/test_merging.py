"""Merges of providers, and their undo."""

import sys

import pytest
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, LinkedPage, Silence
from articles.moderation.refusals import Impossible, NotAllowed, VersionMissing
from articles.stories.forming import form
from articles.vocabulary import merging
from articles.vocabulary.merging import merge, merge_refusal, rename, undo_joining
from articles.vocabulary.writer import StaleRow
from providers.models import Provider
from tests.exporting.documents import export
from tests.factories import make_article, make_provider
from tests.stories.some import partition, tell
from tests.vocabulary.dump import dump
from tests.vocabulary.some import merged, news, place, provider, write

pytestmark = pytest.mark.django_db


def test_a_merge_gives_all_articles_to_the_other_provider_in_one_batch(site, editor):
    event = merged(editor)

    assert set(Article.objects.values_list("provider__domain", flat=True)) == {"a.example"}
    events = Event.objects.filter(batch=event.batch)
    assert [(e.before, e.after) for e in events] == [({"provider": "b.example"}, {"provider": "a.example"})] * 2
    assert (event.verb, event.after["articles"], event.by) == ("merge", 2, editor)
    assert provider("b").merged_into == provider("a")
    assert LinkedPage.objects.get().provider == provider("b")


def test_a_merge_and_its_undo_leave_everything_as_it_was(site, editor):
    before = dump()

    _, outcome = undo_joining(merged(editor), by=editor)

    assert (outcome.done, outcome.refused) == (2, [])
    assert dump() == before


def test_a_large_merge_is_done_in_slices_of_one_batch(editor, monkeypatch):
    monkeypatch.setattr(merging, "SLICE", 3)
    monkeypatch.setattr(sys.modules["articles.moderation.undo"], "EVENTS_AT_ONCE", 3)
    one, other = make_provider(domain="b.example"), make_provider(domain="a.example")
    for _ in range(8):
        make_article(provider=one)
    place()
    before = dump()

    event = merged(editor)

    assert Event.objects.filter(batch=event.batch).count() == other.articles.count() == 8
    assert undo_joining(event, by=editor)[1].done == 8
    assert dump() == before


def test_an_article_that_moved_since_is_left_alone_and_named(site, editor):
    event = merged(editor)
    moved = Article.objects.get(path="_news/n1.md")
    moderation.edit(moved, provider=make_provider(domain="c.example"), by=editor, version=moved.version)

    _, outcome = undo_joining(event, by=editor)

    assert outcome.done == 1
    assert [(pk, title) for pk, title, _ in outcome.refused] == [(moved.pk, "one")]
    assert Article.objects.get(pk=moved.pk).provider.domain == "c.example"
    assert provider("b").merged_into is None


def test_documents_that_go_on_to_name_the_domain_change_nothing(site, editor):
    merged(editor)
    before = dump(rising=True)

    report = import_documents([site])

    assert report.counts["unchanged"] == 4
    assert dump(rising=True) == before


def test_a_changed_document_of_a_merged_domain_makes_no_conflict(site, editor):
    merged(editor)
    write(site, {
        "_news/n2.md": news("two", "b.example", title="Two, again"), "_news/n4.md": news("four", "b.example"),
        "_data/organizations/b.md": "---\ntaxonomy: organization\nname: Bees\ndomain: b.example\n---\n",
    })  # fmt: skip

    report = import_documents([site])

    assert {name: number for name, number in report.counts.items() if number} == {
        "updated": 2, "created": 1, "unchanged": 2,
    }  # fmt: skip
    assert set(Article.objects.values_list("provider__domain", "conflicts__0")) == {("a.example", None)}
    assert Article.objects.get(path="_news/n2.md").title == "Two, again"
    assert (provider("b").name, provider("a").name) == ("Bees", "A.Example")


def test_a_document_that_names_a_third_provider_wins_over_the_merge(site, editor):
    merged(editor)
    write(site, {"_news/n2.md": news("two", "c.example", url="https://b.example/two")})

    report = import_documents([site])

    assert report.counts["updated"] == 1
    assert Article.objects.get(path="_news/n2.md").provider.domain == "c.example"


def test_a_document_whose_link_moved_to_the_new_domain_is_the_same_article(site, editor):
    rename(provider("b"), "new.example", by=editor, version=provider("b").version)
    write(site, {"_news/n2.md": news("two", "new.example", title="Two")})

    report = import_documents([site])

    assert report.counts["updated"] == 1
    assert Article.objects.count() == 3


def test_a_merge_changes_no_exported_byte(site, editor, tmp_path):
    before = export(tmp_path / "before")

    merged(editor)
    rename(provider("a"), "new.example", by=editor, version=provider("a").version)

    assert export(tmp_path / "after") == before
    assert before["_news/n1.md"] == (site / "_news/n1.md").read_bytes()


def test_an_edited_article_of_a_merged_provider_keeps_the_domain_of_its_document(site, editor, tmp_path):
    merged(editor)
    article = Article.objects.get(path="_news/n2.md")
    moderation.edit(article, title="Better", by=editor, version=article.version)

    text = export(tmp_path / "out")["_news/n2.md"].decode()

    assert text == news("two", "b.example", title="Better")


def test_a_real_change_of_the_provider_is_exported(site, editor, tmp_path):
    merged(editor)
    article = Article.objects.get(path="_news/n2.md")
    other = make_provider(domain="c.example", name="C")
    moderation.edit(article, provider=other, by=editor, version=article.version)

    assert "domain: c.example" in export(tmp_path / "out")["_news/n2.md"].decode()


def test_chains_are_flattened_and_undone_in_order(site, editor):
    make_article(provider=make_provider(domain="c.example"))
    place()
    before = dump()
    first = merged(editor, "b", "a")
    between = dump()
    second = merged(editor, "a", "c")

    assert set(Provider.objects.exclude(merged_into=None).values_list("domain", "merged_into__domain")) == {
        ("a.example", "c.example"), ("b.example", "c.example"),
    }  # fmt: skip
    with pytest.raises(Impossible, match="undo what came later first"):
        undo_joining(first, by=editor)
    undo_joining(second, by=editor)
    assert dump() == between
    undo_joining(first, by=editor)
    assert dump() == before


def test_impossible_merges_are_refused_in_words(site, editor):
    merged(editor)
    a, b, c = provider("a"), provider("b"), make_provider(domain="c.example")

    assert merge_refusal(a, a) == "A provider is not merged into itself."
    assert merge_refusal(c, b) == "“b.example” stands for “A.Example”: merge into that one."
    assert merge_refusal(b, c) == "“b.example” stands for “A.Example” already: undo that first."
    for one, other in ((a, a), (a, b), (b, c)):
        with pytest.raises(Impossible):
            merge(one, other, by=editor, version=one.version)


def test_a_merge_on_a_stale_version_is_refused(site, editor, moderator):
    one, other = provider("b"), provider("a")

    with pytest.raises(StaleRow):
        merge(one, other, by=editor, version=one.version - 1)
    with pytest.raises(VersionMissing):
        merge(one, other, by=editor, version=None)
    with pytest.raises(NotAllowed):
        merge(one, other, by=moderator, version=one.version)


def test_a_merge_waits_for_a_colleague_who_works_on_an_article(site, editor, moderator):
    article = Article.objects.get(path="_news/n1.md")
    moderation.claim(article, by=moderator)
    before = dump(rising=True)

    with pytest.raises(Impossible, match=r"Nothing was merged, because of “one”: moderators is working on it"):
        merged(editor)
    assert dump(rising=True) == before


def test_a_merge_undone_is_not_undone_again(site, editor):
    event = merged(editor)
    undo_joining(event, by=editor)

    with pytest.raises(Impossible, match="undone already"):
        undo_joining(event, by=editor)


def test_two_reports_of_merged_providers_are_no_story_until_the_merge_is_undone(editor):
    one, other = tell(0, 0), tell(0, 1)
    form()
    assert len(partition()) == 1

    event = merge(one.provider, other.provider, by=editor, version=1)
    form()
    assert partition() == set()

    undo_joining(event, by=editor)
    form()
    assert partition() == {frozenset((one.canonical_url, other.canonical_url))}


def test_nothing_is_silent_any_more_after_a_merge(editor):
    one, other = make_provider(), make_provider()
    Silence.objects.create(provider=one, since=timezone.now())

    merge(one, other, by=editor, version=1)

    assert Silence.objects.get().closed_at
