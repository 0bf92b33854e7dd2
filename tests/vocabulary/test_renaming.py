"""Renamed domains, and sequences of merges, renames, imports and undos."""

import random

import pytest

from articles import moderation
from articles.importing.runs.run import import_documents, import_items
from articles.importing.runs.undo import undo_run
from articles.management.commands.check_log import gaps_of
from articles.models import Article, Channel, ImportRun, KeptEvent, LinkedPage, RelatedLink
from articles.moderation.refusals import Impossible
from articles.spreadsheets.read import TableRow
from articles.spreadsheets.taxonomy import provider_items
from articles.vocabulary import merging
from articles.vocabulary.merging import effect, merge, rename, undo_joining
from articles.vocabulary.writer import change
from providers.models import RENAMED, Provider
from tests.exporting.documents import export
from tests.factories import make_article, make_provider, make_related
from tests.vocabulary.dump import dump
from tests.vocabulary.some import merged, news, place, provider, write

pytestmark = pytest.mark.django_db


def test_the_former_domain_stands_for_the_renamed_provider(site, editor):
    one = provider("b")

    event = rename(one, "new.example", by=editor, version=one.version)

    assert (event.before, event.after) == ({"domain": "b.example"}, {"domain": "new.example"})
    former = provider("b")
    assert (former.merged_into, former.source) == (one, {RENAMED: one.pk})
    assert LinkedPage.objects.get().provider == former
    assert import_documents([site]).counts["unchanged"] == 4


def test_a_rename_and_its_undo_leave_everything_as_it_was(site, editor):
    before = dump()
    one = provider("b")

    undo_joining(rename(one, "new.example", by=editor, version=one.version), by=editor)

    assert dump() == before


def test_a_domain_is_renamed_forth_and_back(site, editor):
    before = dump()
    one = provider("b")
    rename(one, "new.example", by=editor, version=one.version)
    one.refresh_from_db()

    event = rename(one, "b.example", by=editor, version=one.version)

    assert (provider("b").pk, Provider.objects.get(domain="new.example").merged_into) == (one.pk, one)
    undo_joining(event, by=editor)
    undo_joining(KeptEvent.objects.get(verb="rename", after={"domain": "new.example"}), by=editor)
    assert dump() == before


def test_a_document_about_the_former_domain_is_about_the_renamed_provider(site, editor):
    one = provider("b")
    rename(one, "new.example", by=editor, version=one.version)
    write(site, {"_data/organizations/b.md": "---\ntaxonomy: organization\nname: Bees\ndomain: b.example\n---\n"})

    report = import_documents([site])

    assert report.counts["updated"] == 1
    assert Provider.objects.get(pk=one.pk).name == "Bees"


def test_a_domain_that_another_provider_has_is_refused(site, editor):
    one = provider("b")

    with pytest.raises(Impossible, match="merge the two instead"):
        rename(one, "a.example", by=editor, version=one.version)
    merged(editor, "b", "a")
    with pytest.raises(Impossible, match="was merged into it"):
        rename(provider("a"), "b.example", by=editor, version=provider("a").version)


def test_the_effect_says_what_would_change(site, editor):
    make_related(make_article(), url="https://x.example/", provider=provider("b"))
    make_article(provider=provider("b"), published=True)

    assert effect(provider("b")) == merging.Effect(articles=3, waiting=3, published=1, links=2)


def test_an_older_edit_is_undone_to_the_provider_that_the_domain_stands_for(site, editor):
    article = Article.objects.get(path="_news/n1.md")
    other = make_provider(domain="c.example")
    event = moderation.edit(article, provider=other, by=editor, version=article.version)
    merged(editor)

    moderation.undo(event, by=editor)

    assert Article.objects.get(pk=article.pk).provider.domain == "a.example"


def test_exported_organizations_of_a_former_domain_change_nothing(site, editor, tmp_path):
    one = provider("b")
    rename(one, "new.example", by=editor, version=one.version)
    change(Provider.objects.get(pk=one.pk), {"name": "Ours"}, by=editor, version=2)

    export(tmp_path / "out", "--taxonomies")
    import_documents([tmp_path / "out"])
    before = dump(rising=True)
    report = import_documents([tmp_path / "out"])

    assert {name for name, number in report.counts.items() if number} == {"unchanged"}
    assert dump(rising=True) == before
    assert Provider.objects.get(pk=one.pk).name == "Ours"


def test_the_log_tells_what_articles_are_after_merges_and_renames(site, editor):
    article = Article.objects.get(path="_news/n2.md")
    moderation.edit(article, provider=provider("a"), by=editor, version=article.version)
    merged(editor, "b", "a")
    rename(provider("a"), "new.example", by=editor, version=provider("a").version)

    assert gaps_of(Article.objects.values_list("pk", flat=True)) == {}


def test_a_run_before_a_merge_is_undone_after_it(site, editor):
    write(site, {"_news/n2.md": news("two", "b.example", title="Two, again")})
    run = ImportRun.objects.get(pk=import_documents([site]).run)
    rename(provider("b"), "new.example", by=editor, version=provider("b").version)

    undo_run(run)

    article = Article.objects.get(path="_news/n2.md")
    assert (article.title, article.provider.domain, article.conflicts) == ("two", "new.example", [])


def test_a_table_that_names_the_former_domain_is_about_the_renamed_provider(site, editor):
    one = provider("b")
    rename(one, "new.example", by=editor, version=one.version)
    rows = [TableRow(2, {"domain": "b.example", "name": "Typed"})]

    import_items(provider_items(rows), by=editor, channel=Channel.ADMIN)

    assert Provider.objects.get(pk=one.pk).name == "Typed"
    event = KeptEvent.objects.order_by("pk").last()
    assert (event.row, event.by, event.channel, event.run_id is None) == (one.pk, editor, "admin", False)


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_merges_renames_imports_and_undos_loses_nothing(site, editor, seed):
    chance = random.Random(seed)  # noqa: S311 - a test
    for letter in "cde":
        make_article(provider=make_provider(domain=f"{letter}.example"))
    place()
    before = dump()
    links = RelatedLink.objects.count()

    done: list[KeptEvent] = []
    for number in range(12):
        step = chance.choice(["merge", "merge", "rename", "import", "undo"])
        in_use = list(Provider.objects.in_use().order_by("pk"))
        one, other = chance.choice(in_use), chance.choice(in_use)
        if step == "merge" and one != other:
            done.append(merge(one, other, by=editor, version=one.version))
        elif step == "rename":
            done.append(rename(one, f"r{number}.example", by=editor, version=one.version))
        elif step == "undo" and done:
            undo_joining(done.pop(), by=editor)
        elif step == "import":
            assert import_documents([site]).counts["unchanged"] == 4
        assert not Article.objects.exclude(provider__merged_into=None).exists()
        assert not Provider.objects.exclude(merged_into__merged_into=None).exists()
        assert RelatedLink.objects.count() == links

    while done:
        _, outcome = undo_joining(done.pop(), by=editor)
        assert outcome.refused == []
    assert dump() == before
