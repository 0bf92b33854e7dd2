"""Which article a document is: by its path and its link, and what related links and slugs make of it."""

import pytest

from articles import moderation
from articles.models import (
    Article,
    RelatedLink,
    Tombstone,
)
from articles.slugs import slug_of
from tests.factories import make_article
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run, verdicts

pytestmark = pytest.mark.django_db


def test_a_deleted_article_is_kept_deleted_until_it_is_revived(tmp_path, editor):
    write(tmp_path, {"a.md": document()})
    run(tmp_path)
    moderation.delete(Article.objects.get(), by=editor, version=1)

    assert verdicts(tmp_path) == {"a.md": "kept"}
    Tombstone.objects.all().delete()
    assert verdicts(tmp_path) == {"a.md": "created"}


def test_a_renamed_file_keeps_its_article(tmp_path):
    write(tmp_path, {"a.md": document()})
    run(tmp_path)
    pk = Article.objects.get().pk
    (tmp_path / "a.md").rename(tmp_path / "b.md")

    _, items = run(tmp_path)

    assert items["b.md"].verdict == "updated"
    assert (Article.objects.get().pk, Article.objects.get().path) == (pk, "b.md")


def test_two_documents_with_one_link_are_two_articles(tmp_path):
    write(tmp_path, {"a.md": document(title="One"), "b.md": document(title="Two", webUrl="https://NEWS.example/a#x")})

    assert verdicts(tmp_path) == {"a.md": "created", "b.md": "duplicate"}
    assert Article.objects.get(path="b.md").duplicate_of == Article.objects.get(path="a.md")


def test_one_path_below_two_roots_is_no_update_of_itself(tmp_path):
    write(tmp_path, {"x/a.md": document(title="One"), "y/a.md": document(title="Two", webUrl="https://a.example/2")})

    report, _ = run(tmp_path / "x", tmp_path / "y")

    assert report.counts == {"created": 1, "rejected": 1}


def test_older_links_find_the_article_that_arrives(tmp_path):
    write(tmp_path, {"a.md": document(related="[{webUrl: 'https://late.example/?utm_source=x'}]")})
    run(tmp_path)
    write(tmp_path, {"b.md": document(webUrl="https://late.example/")})

    run(tmp_path)

    assert RelatedLink.objects.get().target == Article.objects.get(path="b.md")


def test_links_do_not_follow_an_article_to_another_address(tmp_path):
    related = "[{webUrl: 'https://news.example/a'}]"
    write(tmp_path, {"a.md": document(), "b.md": document(webUrl="https://news.example/b", related=related)})
    run(tmp_path)
    write(tmp_path, {"a.md": document(webUrl="https://news.example/moved")})
    run(tmp_path)
    gone = RelatedLink.objects.get().target
    write(tmp_path, {"c.md": document()})

    run(tmp_path)

    assert (gone, RelatedLink.objects.get().target.path) == (None, "c.md")


def test_equal_titles_get_slugs_of_their_own(tmp_path):
    write(tmp_path, {f"{n}.md": document(webUrl=f"https://a.example/{n}", title="'影師嗎'") for n in range(3)})

    run(tmp_path)

    slugs = set(Article.objects.values_list("slug", flat=True))
    assert len(slugs) == 3
    assert slug_of("影師嗎", identity="0.md") in slugs


def test_hand_made_rows_do_not_meet_the_import(tmp_path):
    article = make_article(title="Mine")
    write(tmp_path, {"a.md": document()})

    run(tmp_path)

    article.refresh_from_db()
    assert (article.title, article.version) == ("Mine", 1)


def test_an_article_keeps_its_path_and_category_whichever_root_is_given(tmp_path):
    site = tmp_path / "site"
    write(site, {"_samples/deep/a.md": document()})
    run(site)
    before = list(Article.objects.values("pk", "path", "category"))

    for root in (site / "_samples", site / "_samples" / "deep", site / "_samples" / "deep" / "a.md"):
        assert verdicts(root) == {"_samples/deep/a.md": "unchanged"}

    assert list(Article.objects.values("pk", "path", "category")) == before
    assert before[0]["category"] == "sample"
