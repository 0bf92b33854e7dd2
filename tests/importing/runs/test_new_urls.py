"""A related link that a person hid, edited or moved stays so when the document gives it another URL."""

import json

import pytest

from articles import moderation
from articles.models import Article, RelatedLink
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db


def related(*links: tuple[str, str]) -> str:
    return json.dumps([{"webUrl": f"https://r.example/{url}", "title": title} for url, title in links])


def curate(article: Article, by, **changes) -> None:
    """Changes the links whose titles are named; `first` names the one that comes first."""
    first = changes.pop("first", None)
    links = sorted(article.related.all(), key=lambda link: link.title != first)
    items = [{"pk": link.pk, **changes.get(link.title, {})} for link in links]
    moderation.curate(article, by=by, version=article.version, related=items)


def shown(article: Article) -> list[tuple[str, str, bool]]:
    links = RelatedLink.objects.filter(article=article).select_related("page")
    return [(link.url.removeprefix("https://r.example/"), link.title, link.hidden) for link in links]


@pytest.mark.parametrize(
    ("new", "title"),
    [("2", "One"), ("1/", "Uno"), ("1?utm_source=x", "Uno"), ("2", "one "), ("2", "O\u200bne")],
)
def test_a_hidden_link_stays_hidden_under_its_new_url(tmp_path, editor, new, title):
    write(tmp_path, {"a.md": document(related=related(("1", "One"), ("9", "Other")))})
    run(tmp_path)
    article = Article.objects.get()
    curate(article, editor, One={"hidden": True})
    write(tmp_path, {"a.md": document(related=related((new, title), ("9", "Other")))})

    run(tmp_path)

    assert [(url, hidden) for url, _, hidden in shown(article)] == [(new, True), ("9", False)]


def test_an_edited_and_a_moved_link_stay_so_under_new_urls(tmp_path, editor):
    write(tmp_path, {"a.md": document(related=related(("1", "One"), ("2", "Two"), ("3", "Three")))})
    run(tmp_path)
    article = Article.objects.get()
    curate(article, editor, first="Three", One={"excerpt": "Mine"})
    write(tmp_path, {"a.md": document(related=related(("11", "One"), ("2", "Two"), ("33", "Three"), ("4", "Four")))})

    run(tmp_path)

    assert [url for url, _, _ in shown(article)] == ["33", "11", "2", "4"]
    assert article.related.get(page__url="https://r.example/11").excerpt == "Mine"


def test_links_of_which_several_have_one_title_are_not_taken_for_each_other(tmp_path, editor):
    write(tmp_path, {"a.md": document(related=related(("1", "Weekly"), ("2", "Weekly")))})
    run(tmp_path)
    article = Article.objects.get()
    moderation.curate(
        article, by=editor, version=1, related=[{"pk": link.pk, "hidden": True} for link in article.related.all()]
    )
    write(tmp_path, {"a.md": document(related=related(("3", "Weekly"), ("4", "Weekly")))})

    run(tmp_path)

    assert {(url, hidden) for url, _, hidden in shown(article)} == {
        ("1", True), ("2", True), ("3", False), ("4", False),
    }  # fmt: skip


@pytest.mark.parametrize("ours", ["0-first.md", "z-last.md"])
@pytest.mark.parametrize("batch", [1, 500])
def test_a_link_to_our_article_stays_hidden_when_that_gets_a_new_address(tmp_path, editor, monkeypatch, ours, batch):
    monkeypatch.setattr("articles.importing.runs.reader.DOCUMENTS_A_BATCH", batch)
    old, new = "https://r.example/old", "https://r.example/new"
    write(tmp_path, {"m.md": document(related=related(("old", "Then"))), ours: document(webUrl=old, title="Ours")})
    run(tmp_path)
    article = Article.objects.get(path="m.md")
    curate(article, editor, Then={"hidden": True})
    write(tmp_path, {"m.md": document(related=related(("new", "Now"))), ours: document(webUrl=new, title="Ours")})

    run(tmp_path)

    assert [(url, hidden) for url, _, hidden in shown(article)] == [("new", True)]
    assert RelatedLink.objects.get().target.path == ours
    article.refresh_from_db()
    assert [event.version for event in article.events.order_by("pk")] == list(range(2, article.version + 1))


def test_a_closed_list_keeps_its_links_and_hides_new_ones(tmp_path, editor):
    write(tmp_path, {"a.md": document(related=related(("1", "One"), ("2", "Two")))})
    run(tmp_path)
    article = Article.objects.get()
    moderation.curate(article, by=editor, version=1, related_closed=True)
    write(tmp_path, {"a.md": document(related=related(("3", "Three"), ("2", "Two")))})

    run(tmp_path)

    assert sorted(shown(article)) == [("1", "One", False), ("2", "Two", False), ("3", "Three", True)]


def test_the_five_best_of_178_stay_the_only_ones_that_readers_see(tmp_path, editor):
    def links(first, end):
        return related(*((str(number), f"Title {number}") for number in range(first, end)))

    write(tmp_path, {"a.md": document(related=links(0, 178))})
    run(tmp_path)
    article = Article.objects.get()
    items = [{"pk": link.pk, "hidden": n >= 5} for n, link in enumerate(article.related.all())]
    moderation.curate(article, by=editor, version=1, related=items, related_closed=True)

    for end in (190, 170, 178):
        # Links come and go, and all that stay have another quality.
        changed = links(2, end).replace('"title"', f'"quality": {end}, "title"')
        write(tmp_path, {"a.md": document(related=changed)})
        run(tmp_path)

    assert [url for url, _, hidden in shown(article) if not hidden] == ["0", "1", "2", "3", "4"]
