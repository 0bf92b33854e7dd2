"""The relevance of related links through imports; and that the order of people outlives every one of them."""

from random import Random

import pytest

from articles import moderation
from articles.history.related import LINK_FIELDS
from articles.history.since import changes_since
from articles.models import Article, RelatedLink
from articles.moderation.related import most_relevant_first, rate_links
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db

WORDS = "cosmos wiz storm bridge tanker harbour region census museum comet".split()


def links_as_yaml(titles: dict[str, str]) -> str:
    links = (f'{{webUrl: "https://a.example/{name}", title: "{title}"}}' for name, title in titles.items())
    return f"[{', '.join(links)}]"


def imported(folder, titles: dict[str, str], **fields) -> Article:
    run(write(folder, {"a.md": document(related=links_as_yaml(titles), **fields)}))
    return Article.objects.get()


def names(links) -> str:
    return "".join(link.url.rpartition("/")[2] for link in links)


def shown(article: Article) -> str:
    return names(article.related.most_relevant_first())


def stored(article: Article) -> list[tuple[str, float, list[str]]]:
    rows = article.related.select_related("page").order_by("page__url")
    return [(link.url, link.relevance, link.shared) for link in rows]


FOUR = {"a": "A region opens", "b": "The tanker hits a bridge", "c": "A museum", "d": "Tanker and bridge and harbour"}
TANKER = {"title": '"Tanker hits bridge in harbour"'}


def test_the_most_relevant_come_first_and_the_document_keeps_its_order(tmp_path):
    article = imported(tmp_path, FOUR, **TANKER)

    assert shown(article)[:2] in ("bd", "db")
    assert shown(article)[2:] == "ac"
    assert names(article.related.all()) == "abcd"
    assert [link.shared for link in article.related.all()][::2] == [[], []]
    assert names(article.related.for_readers()) == "bd"


def test_another_title_in_the_document_rates_all_links_anew(tmp_path):
    imported(tmp_path, FOUR, **TANKER)

    article = imported(tmp_path, FOUR, title='"The museum"')

    assert names(article.related.for_readers()) == "c"
    assert article.related.get(page__title="A museum").shared == ["museum"]


def test_another_title_by_a_person_and_its_undo_rate_all_links_anew(tmp_path, editor):
    article = imported(tmp_path, FOUR, **TANKER)
    before = stored(article)

    event = moderation.edit(article, by=editor, version=1, title="The museum")

    assert names(article.related.for_readers()) == "c"
    moderation.undo(event, by=editor)
    assert stored(article) == before


def test_quality_does_not_count(tmp_path):
    article = imported(tmp_path, FOUR, **TANKER)
    before = stored(article)
    text = (tmp_path / "a.md").read_text().replace('title: "A region opens"', 'title: "A region opens", quality: 189')
    (tmp_path / "a.md").write_text(text)

    run(tmp_path)

    assert [row[1:] for row in stored(article)] == [row[1:] for row in before]


def test_a_link_below_the_cut_is_no_change_that_readers_see(tmp_path):
    article = imported(tmp_path, FOUR, published="true", **TANKER)

    later = imported(tmp_path, {**FOUR, "e": "A comet"}, published="true", **TANKER)

    assert later.version == article.version + 1
    assert later.changed_for_readers_at == article.changed_for_readers_at
    seen = imported(tmp_path, {**FOUR, "f": "A bridge, a tanker"}, published="true", **TANKER)
    assert seen.changed_for_readers_at > article.changed_for_readers_at


@pytest.mark.parametrize("seed", range(8))
def test_what_was_placed_stays_first_and_in_its_order_through_every_import(seed, tmp_path, editor):
    random = Random(seed)  # noqa: S311
    titles = {name: " ".join(random.sample(WORDS, 3)) for name in "abcdefgh"}
    article = imported(tmp_path, titles, **TANKER)
    order = list(article.related.most_relevant_first())
    moved = random.choice(order[2:])
    order.remove(moved)
    order.insert(1, moved)
    moderation.curate(
        article, by=editor, version=1, related=[{"url": "https://a.example/new"}, *({"pk": link.pk} for link in order)]
    )
    placed = names(article.related.filter(placed=True).order_by("position"))
    assert placed == f"new{names(order[:2])}"

    for _ in range(4):
        # Upstream gives them in another order, drops some, adds some, and gives one another title.
        kept = random.sample(list(titles), len(titles) - 2)
        titles = {name: titles[name] for name in kept} | {random.choice("ijklmn"): " ".join(random.sample(WORDS, 3))}
        titles[random.choice(kept)] = " ".join(random.sample(WORDS, 4))
        article = imported(tmp_path, titles, **TANKER)

        assert shown(article).startswith(placed)
        rows = list(article.related.select_related("page"))
        assert names(most_relevant_first(rows)) == shown(article)
        # The links that nobody placed are in the order of the document.
        assert [link.url[-1] for link in rows if not link.placed] == [name for name in titles if name not in placed[3:]]
        before = stored(article)
        rate_links([article])
        assert stored(article) == before


def test_the_log_knows_what_was_placed(tmp_path, editor):
    article = imported(tmp_path, FOUR, **TANKER)
    *others, last = article.related.most_relevant_first()
    assert "placed" in {field.name for field in LINK_FIELDS if field.logged}

    event = moderation.curate(article, by=editor, version=1, related=[{"pk": link.pk} for link in (last, *others)])

    assert shown(article) == names([last, *others])
    assert event.after["related"] == {
        last.url: {"position": event.after["related"][last.url]["position"], "placed": True}
    }
    assert not any(link["placed"] for link in changes_since(article, 1).seen_value("related"))
    moderation.undo(event, by=editor)
    assert shown(article) == names([*others, last])
    assert not RelatedLink.objects.filter(placed=True).exists()
