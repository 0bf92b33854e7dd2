"""Related links at the desk: added, edited, ordered, hidden, with and without script; one save is one event."""

import pytest

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, RelatedLink, Tombstone
from tests.desk.article.curating import form, listed, send, titles
from tests.desk.article.page import page_of, said, sent_of
from tests.factories import make_article, make_provider, make_related

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(db) -> Article:
    return make_article(related=[{"title": "A"}, {"title": "B"}, {"title": "C"}])


def test_all_kinds_of_changes_are_one_event(desk, editor, three):
    sent = form(desk, three) | {
        "related-1-title": "A, better",
        "related-hidden": "2",
        "related-order": "3 1 2",
        "related-4-url": "https://new.example/",
        "related-4-title": "New",
    }

    answer = send(desk, three, sent)

    assert answer.status_code == 302
    event = Event.objects.get()
    assert (event.verb, event.by, event.version) == ("curate", editor, 2)
    assert [(link.title, link.hidden, link.origin) for link in three.related.all()] == [
        ("C", False, "imported"),
        ("New", False, "editor"),
        ("A, better", False, "imported"),
        ("B", True, "imported"),
    ]
    assert said(answer) == ["Saved: related links."]


def test_what_the_form_does_not_show_is_kept(desk):
    article = make_article(related=[{"quality": 7, "amp_url": "https://amp.example/", "title": " A  "}])

    send(desk, article, form(desk, article) | {"related-1-excerpt": "Changed"})

    link = article.related.get()
    assert (link.quality, link.amp_url, link.title, link.excerpt) == (7, "https://amp.example/", " A  ", "Changed")


def test_hiding_is_taken_back(desk, three):
    RelatedLink.objects.filter(article=three, page__title="B").update(hidden=True)
    sent = form(desk, three)
    assert sent["related-hidden"] == "2"

    send(desk, three, sent | {"related-hidden": ""})

    assert not three.related.filter(hidden=True).exists()


def test_what_an_editor_added_is_removed_and_what_a_document_added_is_hidden(desk):
    article = make_article(related=[{"title": "Document's"}, {"title": "Editor's", "origin": "editor"}])

    send(desk, article, form(desk, article) | {"related-removed": "1 2", "related-hidden": "1"})

    assert [(link.title, link.hidden) for link in article.related.all()] == [("Document's", True)]


# Order


@pytest.mark.parametrize(
    ("button", "order"), [("2-up", "BAC"), ("2-down", "ACB"), ("1-up", "ABC"), ("3-down", "ABC"), ("9-up", "ABC")]
)
def test_a_button_moves_a_row_and_saves_nothing_yet(desk, three, button, order):
    answer = send(desk, three, form(desk, three) | {"related-1-excerpt": "typed", "related-do": button})

    assert answer.status_code == 200
    assert titles(three) == ["A", "B", "C"]
    shown = sent_of(answer)
    assert "".join(listed(answer)) == order
    assert shown["related-1-excerpt"] == "typed"
    send(desk, three, shown)
    assert "".join(titles(three)) == order


@pytest.mark.parametrize(
    ("sent", "order"),
    [("3 2 1", "CBA"), ("2", "BAC"), ("2 2 9 1", "BAC"), ("", "ABC"), ("x\x00", "ABC"), ("9" * 5000, "ABC")],
)
def test_the_order_is_that_which_was_sent_and_what_it_does_not_name_comes_last(desk, three, sent, order):
    send(desk, three, form(desk, three) | {"related-order": sent})

    assert "".join(titles(three)) == order


def test_fifty_links_are_reordered_at_once(desk, django_assert_max_num_queries):
    article = make_article(related=[{"title": f"{n}"} for n in range(50)])
    sent = form(desk, article) | {"related-order": "50"}

    with django_assert_max_num_queries(40):
        send(desk, article, sent)

    assert titles(article)[:3] == ["49", "0", "1"]


# Our own articles


def test_our_articles_are_found_by_words_or_link_and_added_without_script(desk):
    article = make_article(title="This one on snow")
    found = make_article(title="Snow in the mountains", excerpt="Deep.", web_url="https://news.example/snow")
    make_article(title="Mountains of rain")

    by_words = send(desk, article, form(desk, article) | {"q": "mountains SNOW", "related-do": "search"})
    by_link = send(
        desk, article, form(desk, article) | {"q": "https://NEWS.example/snow?utm_source=x", "related-do": "search"}
    )
    assert [[one.title for one in answer.context["related"].found] for answer in (by_words, by_link)] == [
        [found.title]
    ] * 2
    added = send(desk, article, form(desk, article) | {"related-do": f"add-{found.pk}", "q": "snow"})
    assert (added.status_code, article.related.count()) == (200, 0)
    send(desk, article, sent_of(added))

    link = article.related.get()
    assert (link.url, link.title, link.excerpt, link.target) == (found.url, found.title, "Deep.", found)


def test_the_search_answers_with_results_for_the_script(desk, client, moderator):
    one, two = (make_article(title=f"Snow {n}") for n in range(2))

    answer = desk.get(f"/desk/articles/search/?q=snow&but={two.pk}")

    assert f'value="add-{one.pk}"' in answer.text
    assert f'value="add-{two.pk}"' not in answer.text
    assert "None of our articles" in desk.get("/desk/articles/search/?q=%00nothing").text
    client.logout()
    assert client.get("/desk/articles/search/?q=snow").status_code == 302


@pytest.mark.parametrize("typed", ["original", "page"])
def test_a_link_to_one_of_ours_takes_its_title_and_leads_to_it(desk, typed):
    target = make_article(title="Ours", excerpt="Its excerpt", published=True)
    article = make_article()
    url = target.url if typed == "original" else f"http://testserver{target.get_absolute_url()}"

    send(desk, article, form(desk, article) | {"related-1-url": url})

    link = article.related.get()
    assert (link.url, link.title, link.excerpt, link.target) == (target.url, "Ours", "Its excerpt", target)


def test_dead_links_are_told_from_living_ones(desk, editor):
    def target(**fields):
        return {"target": make_article(**fields)}

    living = target(published=True)
    pending = target()
    withdrawn = target(reviewed_by=editor, first_published_at="2021-01-01T00:00Z")
    expired = target(published=True, expires_at="2021-01-01T00:00Z", first_published_at="2020-01-01T00:00Z")
    article = make_article(related=[living, pending, withdrawn, expired, {"url": "https://gone.example/"}])
    Tombstone.objects.create(canonical_url="https://gone.example/", title="Gone", deleted_by=editor)

    rows = desk.get(page_of(article)).context["related"].rows

    assert [(row.trouble, row.is_dead) for row in rows] == [
        ("", False),
        ("Our article is pending: readers go to the original.", False),
        ("Our article is withdrawn: readers go to the original.", True),
        ("Our article is not visible now: readers go to the original.", False),
        ("Our article of this link was deleted.", True),
    ]


# What is refused


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("javascript:alert(1)", "This is not an http(s) link."),
        ("https://[", "This is not an http(s) link."),
        ("", "This field is required."),
        ("https://a.example/" + "x" * 2000, "at most 2000 characters"),
    ],
)
def test_a_bad_link_is_refused_and_everything_typed_is_kept(desk, three, url, complaint):
    sent = form(desk, three) | {"related-2-title": "Kept", "related-4-url": url, "related-4-title": "New"}

    answer = send(desk, three, sent)

    assert answer.status_code == 422
    assert complaint in str(answer.context["related"].rows[0].errors["url"])
    assert sent_of(answer)["related-2-title"] == "Kept"
    assert not Event.objects.exists()


def test_a_link_twice_is_refused(desk, three):
    answer = send(desk, three, form(desk, three) | {"related-4-url": three.related.first().url})

    assert answer.status_code == 422
    assert "twice" in answer.context["related"].error


def test_a_form_without_rows_takes_nothing_away(desk, three):
    send(desk, three, {"version": 1})

    assert titles(three) == ["A", "B", "C"]
    assert not Event.objects.exists()


# The source


def test_the_sources_list_comes_back(desk, other, seeds):
    import_documents([seeds])
    article = Article.objects.filter(related__isnull=False).first()
    before = titles(article)
    links = [{"pk": link.pk} for link in article.related.all()]
    moderation.curate(article, by=other, version=article.version, related=links[::-1])
    assert "related" in desk.get(page_of(article)).context["source_values"]

    desk.post(page_of(article, "adopt/"), {"version": article.version, "field": "related"})

    assert titles(article) == before


def test_a_provider_of_a_link_is_named(desk):
    article = make_article()
    make_related(article, provider=make_provider(name="The Acme"))

    assert "The Acme" in desk.get(page_of(article)).text
