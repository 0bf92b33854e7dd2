"""The form of the text: what it saves and what it refuses."""

import re
from datetime import UTC, datetime

import pytest

from articles.models import Article, Event
from tests.desk.article.page import page_of, said, untouched
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db


def test_a_form_that_was_not_touched_writes_nothing(desk):
    article = make_article(
        title="  Blanks and <tags> ",
        body="\nFirst\n\n  indented  \nlast\n\n",
        excerpt="Line\nand line ",
        topics=[make_topic(), make_topic()],
        images=[(make_image(), {"title": "Two\nlines", "attribution": " x\r\ny"})],
        related=[{"title": " A ", "excerpt": "x\ny"}, {}],
    )

    answer = desk.post(page_of(article), untouched(desk, article))

    assert answer.status_code == 302
    assert said(answer)[-1] == "Nothing was changed, so nothing was saved."
    assert not Event.objects.exists()


def test_a_link_is_repaired_as_a_browser_does(desk):
    article = make_article()

    desk.post(page_of(article), untouched(desk, article) | {"web_url": " HTTPS://ex.example/My Photo|1 "})

    article.refresh_from_db()
    assert article.web_url == article.canonical_url == "https://ex.example/My%20Photo%7C1"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_year_at_an_end_of_the_calendar_is_refused_and_kept_in_the_form(desk, settings, moment):
    settings.TIME_ZONE = "Asia/Tokyo"
    article = make_article()

    answer = desk.post(page_of(article), untouched(desk, article) | {"published_at": moment})

    assert (answer.status_code, moment in answer.text) == (422, True)
    told = ("Type all four digits of the year: 2001.", "cannot be shown everywhere.", "interpreted in time zone")
    assert any(text in answer.text for text in told)


@pytest.mark.parametrize("year", ["0026", "0096", "1989"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_year_that_was_typed_with_two_digits_is_asked_about(desk, settings, year, zone):
    settings.TIME_ZONE = zone
    article = make_article()
    typed = f"{year}-11-28T09:00"
    asked = {"0026": "all four digits of the year: 2026.", "0096": "all four digits of the year: 1996."}

    answer = desk.post(page_of(article), untouched(desk, article) | {"published_at": typed})

    assert (answer.status_code, typed in answer.text) == (422, True)
    assert asked.get(year, "1989? The year is 1990 or later.") in answer.text


def test_an_old_date_that_came_by_import_and_was_not_touched_stays(desk):
    article = make_article(published_at=datetime(1970, 1, 1, tzinfo=UTC))

    answer = desk.post(page_of(article), untouched(desk, article) | {"title": "Another title"})

    article.refresh_from_db()
    assert (answer.status_code, article.title, article.published_at.year) == (302, "Another title", 1970)


def test_every_field_of_the_text_is_saved_in_one_event(desk, editor):
    article = make_article(title="Old", topics=[make_topic("First")])
    make_topic("Second topic")
    provider = make_provider(domain="acme.example", name="Acme")
    changed = {
        "title": "New",
        "excerpt": "An excerpt",
        "body": "A body\r\nof two lines",
        "topics": "second topic\r\nFirst",
        "provider": "Acme",
        "published_at": "2021-03-04T05:06",
        "type": "video",
        "category": "learning",
        "web_url": "https://new.example/a",
        "original_url": "https://new.example/b",
        "amp_url": "https://new.example/c",
        "cdn_amp_url": "https://new.example/d",
        "slug": "a-new-slug",
    }

    answer = desk.post(page_of(article), untouched(desk, article) | changed)

    assert answer.status_code == 302
    event = Event.objects.get()
    assert (event.by, event.verb, set(event.after)) == (editor, "edit", set(changed))
    article.refresh_from_db()
    assert article.provider == provider
    assert event.after | {"published_at": "", "provider": "", "topics": ""} == changed | {
        "body": "A body\nof two lines",
        "published_at": "",
        "provider": "",
        "topics": "",
    }
    assert [topic.name for topic in Article.objects.get().topics.order_by("article_links__position")] == [
        "Second topic",
        "First",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("title", "", "This field is required."),
        ("title", "x" * 501, "at most 500 characters"),
        ("title", "a\x0bb", "control character"),
        ("web_url", "javascript:alert(1)", "is not an http(s) link"),
        ("slug", "Not a slug!", "valid “slug”"),
        ("published_at", "yesterday", "Enter a valid date/time."),
        ("topics", "Nonsens", "There is no topic “Nonsens”. Did you mean Nonsense?"),
        ("topics", "a\x00b", "Null characters are not allowed."),
        ("provider", "nobody.example", "There is no provider “nobody.example”."),
        ("type", "poem", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_and_kept(desk, field, typed, complaint):
    make_topic("Nonsense")
    article = make_article(title="Old")

    answer = desk.post(page_of(article), untouched(desk, article) | {"excerpt": "kept", field: typed})

    assert answer.status_code == 422
    assert complaint in " ".join(answer.context["text"].errors[field])
    assert (answer.context["text"]["excerpt"].value(), answer.context["text"][field].value()) == ("kept", typed)
    assert not Event.objects.exists()


def test_a_changed_text_is_what_readers_read(desk):
    article = make_article(published=True)

    desk.post(page_of(article), untouched(desk, article) | {"title": "A better title"})

    assert "A better title" in desk.get(article.get_absolute_url()).text


def test_what_was_just_saved_can_be_undone_from_the_message(desk):
    article = make_article(title="Old")
    desk.post(page_of(article), untouched(desk, article) | {"title": "New"})

    page = desk.get(page_of(article)).text
    message = page[page.index("Saved: title.") :]
    address = re.search(r'action="(/desk/events/[0-9]+/undo/)"', message)[1]
    desk.post(address, {"next": page_of(article)})

    article.refresh_from_db()
    assert article.title == "Old"


def test_an_article_that_came_with_a_fault_can_be_mended_elsewhere(desk):
    article = make_article(title="a\x0bb", amp_url="nonsense")

    answer = desk.post(page_of(article), untouched(desk, article) | {"excerpt": "Better"})

    assert answer.status_code == 302
    assert Article.objects.get().excerpt == "Better"


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_another_site(desk, path):
    article = make_article()

    answer = desk.post(page_of(article), {"version": 1, "title": "New", "next": path})

    assert answer.url == page_of(article)
