"""The desk's page of one article: what it shows to whom, and what its forms save, merge and refuse."""

import io
import re

import html5lib
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from articles import moderation
from articles.desk.article import loading
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Image, Tombstone, Topic
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def other(make_user):
    return make_user("Editors", username="colleague")


def page_of(article: Article, part: str = "") -> str:
    return f"/desk/articles/{article.pk}/{part}"


def form_of(answer, number: str) -> dict[str, str]:
    """What a browser would send from a form of the page, untouched."""
    page = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    form = next(f for f in page.iter("form") if f.get("id") == number)
    sent = {}
    for field in form.iter("input"):
        kind = field.get("type")
        if kind == "file" or (kind in ("checkbox", "radio") and field.get("checked") is None):
            continue
        sent[field.get("name")] = field.get("value", "on" if kind == "checkbox" else "")
    for field in form.iter("select"):
        chosen = [o.get("value") for o in field.iter("option") if o.get("selected") is not None]
        sent[field.get("name")] = chosen[0] if chosen else next(field.iter("option")).get("value")
    for field in form.iter("textarea"):
        sent[field.get("name")] = (field.text or "").replace("\n", "\r\n")
    return {name: value for name, value in sent.items() if name}


def text_of(desk, article) -> dict[str, str]:
    return form_of(desk.get(page_of(article)), "form-text")


def said(answer) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


def clashes(answer) -> list[tuple[str, str, str, str]]:
    return [(c.name, c.seen_value, c.current_value, c.typed) for c in answer.context["conflict"].clashes]


# Reading


def test_a_moderator_reads_the_page_and_is_offered_no_form_of_editors(client, moderator):
    article = make_article(title="A title", related=[{"title": "A link"}], images=[make_image()])
    client.force_login(moderator)

    answer = client.get(page_of(article))

    assert answer.status_code == 200
    assert "A link" in answer.text
    for word in ("form-text", "form-related", "form-images", "form-schedule", "/delete/", "/pin/", "/adopt/"):
        assert word not in answer.text


@pytest.mark.parametrize(
    "part", ["edit", "related", "images", "schedule", "duplicate", "pin", "adopt", "restore", "delete"]
)
def test_editing_is_for_editors_by_post_and_on_a_version(client, make_user, part):
    article = make_article()
    address = page_of(article, f"{part}/")
    answers = {}

    answers["stranger"] = client.post(address, {"version": 1}).status_code
    for role in ("Importers", "Moderators", "Editors"):
        client.force_login(make_user(role))
        answers[role] = client.post(address, {"version": 1}).status_code
        answers[f"{role} by GET"] = client.get(address).status_code
        answers[f"{role} without a version"] = client.post(address).status_code
        answers[f"{role} with a version that never was"] = client.post(address, {"version": 7}).status_code

    allowed = answers.pop("Editors")
    assert allowed in ((302,) if part not in ("adopt", "restore", "delete") else (200, 422))
    assert answers == {
        "stranger": 302,
        **dict.fromkeys(("Importers", "Moderators"), 403),
        **{f"{role} by GET": 405 for role in ("Importers", "Moderators", "Editors")},
        **{f"{role} without a version": 403 for role in ("Importers", "Moderators")},
        **{f"{role} with a version that never was": 403 for role in ("Importers", "Moderators")},
        "Editors without a version": 422,
        "Editors with a version that never was": 409,
    }
    assert not Event.objects.exists()


def test_the_page_asks_as_often_for_one_link_as_for_fifty(desk, django_assert_num_queries):
    articles = [make_article(images=[make_image()], topics=[make_topic()]) for _ in range(3)]
    few = make_article(related=[{}], images=[make_image()], topics=[make_topic()])
    many = make_article(
        related=[{"target": articles[n % 3]} for n in range(50)],
        images=[make_image() for _ in range(9)],
        topics=[make_topic() for _ in range(9)],
    )
    desk.get(page_of(few))

    for article in (few, many):
        with django_assert_num_queries(17):
            assert desk.get(page_of(article)).status_code == 200


def test_secured_and_source_are_shown_nowhere(desk, tmp_path):
    secret = "c2VjcmV0IHNlY3JldA==;AAAAAAAAAAAAAAAAAAAAAA=="
    import_documents([write(tmp_path, {"a.md": document(secured=f'"{secret}"')})])
    article = Article.objects.get()
    assert article.secured == secret

    for part in ("", "history/", "preview/"):
        assert "c2VjcmV0" not in desk.get(page_of(article, part)).text


def test_the_preview_shows_a_hidden_article_as_readers_would_see_it(client, moderator):
    article = make_article(title="Not yet out", excerpt="A standfirst")
    client.force_login(moderator)

    answer = client.get(page_of(article, "preview/"))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert "public/article/article.html" in [t.name for t in answer.templates]
    assert "Readers do not see this article: it is pending" in answer.text
    assert "noindex" in answer.text
    assert client.get(article.get_absolute_url()).status_code == 404


# The text


def test_a_form_that_was_not_touched_writes_nothing(desk):
    article = make_article(
        title="  Blanks and <tags> ",
        body="\nFirst\n\n  indented  \nlast\n\n",
        excerpt="Line\nand line ",
        topics=[make_topic(), make_topic()],
        images=[make_image(title="Two\nlines", attribution="x")],
        related=[{"title": " A ", "excerpt": "x\ny"}, {}],
    )

    for number, part in (("text", "edit"), ("related", "related"), ("images", "images"), ("schedule", "schedule")):
        sent = form_of(desk.get(page_of(article)), f"form-{number}")
        answer = desk.post(page_of(article, f"{part}/"), sent)
        assert (part, answer.status_code) == (part, 302)
        assert said(answer)[-1] == "Nothing was changed, so nothing was saved."
    assert not Event.objects.exists()


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

    answer = desk.post(page_of(article, "edit/"), text_of(desk, article) | changed)

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

    answer = desk.post(page_of(article, "edit/"), text_of(desk, article) | {"excerpt": "kept", field: typed})

    assert answer.status_code == 422
    assert complaint in " ".join(answer.context["text"].errors[field])
    assert (answer.context["text"]["excerpt"].value(), answer.context["text"][field].value()) == ("kept", typed)
    assert not Event.objects.exists()


def test_a_changed_text_is_what_readers_read(desk):
    article = make_article(published=True)

    desk.post(page_of(article, "edit/"), text_of(desk, article) | {"title": "A better title"})

    assert "A better title" in desk.get(article.get_absolute_url()).text


def test_what_was_just_saved_can_be_undone_from_the_message(desk):
    article = make_article(title="Old")
    desk.post(page_of(article, "edit/"), text_of(desk, article) | {"title": "New"})

    page = desk.get(page_of(article)).text
    message = page[page.index("Saved: title.") :]
    address = re.search(r'action="(/desk/events/[0-9]+/undo/)"', message)[1]
    desk.post(address, {"next": page_of(article)})

    article.refresh_from_db()
    assert article.title == "Old"


# Beside colleagues


def test_changes_of_different_fields_merge(desk, other):
    article = make_article(title="Old", excerpt="Old")
    sent = text_of(desk, article)
    moderation.edit(article, by=other, version=1, title="Theirs")
    moderation.score(article, by=other, version=2, heat=9)

    answer = desk.post(page_of(article, "edit/"), sent | {"excerpt": "Mine"})

    assert answer.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.excerpt, article.heat, article.version) == ("Theirs", "Mine", 9, 4)
    assert said(answer) == ["Saved: excerpt. Meanwhile colleague changed heat, title; both stand."]


def test_a_change_of_the_same_field_is_refused_with_all_three_values(desk, other):
    article = make_article(title="Old", excerpt="Old", amp_url="")
    sent = text_of(desk, article)
    moderation.edit(article, by=other, version=1, title="Theirs", amp_url="https://amp.example/")

    answer = desk.post(page_of(article, "edit/"), sent | {"title": "Mine", "excerpt": "Mine too"})

    assert answer.status_code == 409
    assert clashes(answer) == [("title", "Old", "Theirs", "Mine")]
    assert [event.by for event in answer.context["conflict"].since] == [other]
    again = form_of(answer, "form-text")
    assert (again["version"], again["title"], again["excerpt"]) == ("2", "Mine", "Mine too")
    assert again["amp_url"] == "https://amp.example/"
    assert Article.objects.get().title == "Theirs"


@pytest.mark.parametrize(("choice", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_page_of_the_conflict_saves_what_is_chosen(desk, other, choice, title):
    article = make_article(title="Old", excerpt="Old")
    sent = text_of(desk, article)
    moderation.edit(article, by=other, version=1, title="Theirs")
    again = form_of(desk.post(page_of(article, "edit/"), sent | {"title": "Mine", "excerpt": "Mine"}), "form-text")

    answer = desk.post(page_of(article, "edit/"), again | {"use-title": choice})

    assert answer.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.excerpt) == (title, "Mine")


def test_a_double_click_is_harmless(desk):
    article = make_article(title="Old")
    sent = text_of(desk, article) | {"title": "New"}

    first, second = (desk.post(page_of(article, "edit/"), sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert said(second)[-1] == "This is saved already: the article says just that."
    assert Event.objects.count() == 1


def writing_after_each_read(monkeypatch, module: str, write):
    """Somebody else writes between our reading of an article and our writing of it."""
    find = loading.find_article

    def read_and_be_overtaken(pk):
        article = find(pk)
        if article is not None:
            write(Article.objects.get(pk=pk))
        return article

    monkeypatch.setattr(f"articles.desk.article.{module}.find_article", read_and_be_overtaken)


def test_nothing_typed_is_lost_when_colleagues_are_quicker_again_and_again(desk, other, monkeypatch):
    article = make_article(excerpt="Old", heat=0)
    sent = text_of(desk, article)
    writing_after_each_read(
        monkeypatch, "save", lambda a: moderation.score(a, by=other, version=a.version, heat=a.heat + 1)
    )

    answer = desk.post(page_of(article, "edit/"), sent | {"excerpt": "Mine"})

    assert answer.status_code == 409
    assert "has been changed since you opened it" in str(answer.context["text"].non_field_errors())
    assert form_of(answer, "form-text")["excerpt"] == "Mine"
    assert Article.objects.get().excerpt == "Old"


@pytest.mark.parametrize(("part", "module"), [("edit", "save"), ("pin", "actions")])
def test_an_article_that_is_deleted_while_we_write_is_told_to_be_gone(desk, other, monkeypatch, part, module):
    article = make_article()
    sent = text_of(desk, article)
    writing_after_each_read(monkeypatch, module, lambda a: moderation.delete(a, by=other, version=a.version))

    answer = desk.post(page_of(article, f"{part}/"), sent | {"excerpt": "Mine", "pinned": "1"})

    assert answer.status_code == 409
    assert answer.context["event"].by == other
    assert ("excerpt", "Mine") in answer.context["typed"]


def test_a_form_without_a_version_is_refused_and_shown_again(desk):
    article = make_article(title="Old")
    sent = text_of(desk, article) | {"title": "New"}
    del sent["version"]

    answer = desk.post(page_of(article, "edit/"), sent)

    assert answer.status_code == 422
    assert clashes(answer) == [("title", "not known", "Old", "New")]
    assert form_of(answer, "form-text")["title"] == "New"


def test_an_article_that_came_with_a_fault_can_be_mended_elsewhere(desk):
    article = make_article(title="a\x0bb", amp_url="nonsense")

    answer = desk.post(page_of(article, "edit/"), text_of(desk, article) | {"excerpt": "Better"})

    assert answer.status_code == 302
    assert Article.objects.get().excerpt == "Better"


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_another_site(desk, path):
    article = make_article()

    answer = desk.post(page_of(article, "edit/"), {"version": 1, "title": "New", "next": path})

    assert answer.url == page_of(article)


# The source


@pytest.fixture
def imported(tmp_path) -> Article:
    import_documents([write(tmp_path, {"a.md": document(title="The source’s title")})])
    return Article.objects.get()


def test_a_field_that_differs_shows_what_the_source_says_and_takes_it(desk, other, imported):
    moderation.edit(imported, by=other, version=1, title="Ours", excerpt="Ours")
    page = desk.get(page_of(imported))
    assert {name: text for name, text in page.context["source_values"].items() if name in ("title", "slug")} == {
        "title": "The source’s title"
    }

    answer = desk.post(page_of(imported, "adopt/"), {"version": 2, "field": "title"})

    assert answer.status_code == 302
    imported.refresh_from_db()
    assert (imported.title, imported.excerpt) == ("The source’s title", "Ours")


def test_taking_the_sources_value_keeps_what_else_was_typed(desk, other, imported):
    moderation.edit(imported, by=other, version=1, title="Ours")
    sent = text_of(desk, imported) | {"excerpt": "Half typed", "field": "title"}

    answer = desk.post(page_of(imported, "adopt/"), sent)

    assert answer.status_code == 200
    again = form_of(answer, "form-text")
    assert (again["title"], again["excerpt"], again["version"]) == ("The source’s title", "Half typed", "3")
    assert Article.objects.get().excerpt != "Half typed"


def test_a_conflict_with_the_source_is_settled_by_keeping_ours(desk, other, imported, tmp_path):
    moderation.edit(imported, by=other, version=1, title="Ours")
    import_documents([write(tmp_path, {"a.md": document(title="Theirs, anew")})])
    imported.refresh_from_db()
    assert (imported.conflicts, imported.queue) == (["title"], "conflict")
    assert desk.get(page_of(imported)).context["unsettled"] == [("title", "title", "Theirs, anew")]

    answer = desk.post(page_of(imported, "adopt/"), {"version": imported.version, "keep": "title"})

    assert answer.status_code == 302
    imported.refresh_from_db()
    assert (imported.title, imported.conflicts, imported.queue) == ("Ours", [], "pending")
    assert Event.objects.latest("pk").after == {"conflicts": []}


def test_what_is_refused_takes_nothing_from_the_source(desk, other, tmp_path):
    import_documents([write(tmp_path, {"a.md": document(topics="[Harbour]")})])
    article = Article.objects.get()
    moderation.edit(article, by=other, version=1, topics=[])
    Topic.objects.all().delete()
    moderation.claim(article, by=other)

    answer = desk.post(page_of(article, "adopt/"), {"version": 2, "field": "topics"})

    assert answer.status_code == 409
    assert not Topic.objects.exists()


def test_an_article_is_given_to_those_only_who_could_take_it(desk, make_user, moderator):
    away = make_user("Moderators", username="away")
    User.objects.filter(pk=away.pk).update(is_staff=False)

    assert moderator in (people := desk.get(page_of(make_article())).context["people"])
    assert away not in people


def test_the_flag_is_taken_from_no_source(desk, imported):
    answer = desk.post(page_of(imported, "adopt/"), {"version": 1, "field": ["published", "secured"]})

    assert answer.status_code == 422
    assert not Event.objects.filter(by__isnull=False).exists()


# Schedule, duplicates, pin, delete


def test_a_schedule_is_set_in_the_time_zone_that_the_page_names(desk, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    article = make_article(published=True)

    answer = desk.post(page_of(article, "schedule/"), {"version": 1, "publish_at": "2030-01-01T12:00"})

    assert answer.status_code == 302
    article.refresh_from_db()
    assert article.publish_at.isoformat() == "2030-01-01T11:00:00+00:00"
    assert "Europe/Berlin" in desk.get(page_of(article)).text


def test_a_schedule_that_ends_before_it_begins_is_refused(desk):
    article = make_article()

    answer = desk.post(
        page_of(article, "schedule/"),
        {"version": 1, "publish_at": "2030-01-02T12:00", "expires_at": "2030-01-01T12:00"},
    )

    assert answer.status_code == 422
    assert answer.context["schedule"].errors
    assert form_of(answer, "form-schedule")["expires_at"] == "2030-01-01T12:00"


def test_duplicates_are_marked_and_unmarked(desk):
    first, second = make_article(title="First"), make_article(title="Second")

    answers = [
        desk.post(page_of(second, "duplicate/"), {"version": 1, "of": "nothing"}),
        desk.post(page_of(second, "duplicate/"), {"version": 1, "of": second.pk}),
        desk.post(page_of(second, "duplicate/"), {"version": 1, "of": f"http://testserver/desk/articles/{first.pk}/"}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    second.refresh_from_db()
    assert second.duplicate_of == first
    assert "Second" in desk.get(page_of(first)).text

    desk.post(page_of(second, "duplicate/"), {"version": 2, "of": ""})
    second.refresh_from_db()
    assert second.duplicate_of is None


def test_articles_with_the_same_link_are_named(desk):
    article, twin = make_article(), make_article(title="The twin", web_url="https://same.example/1?utm_source=x")
    Article.objects.filter(pk=article.pk).update(
        canonical_url=twin.canonical_url, canonical_key=Article.objects.get(pk=twin.pk).canonical_key
    )

    assert [other.title for other in desk.get(page_of(article)).context["same_link"]] == ["The twin"]


def test_pinning_survives_another_persons_other_change_but_not_the_same_one(desk, other):
    article = make_article(published=True)
    moderation.score(article, by=other, version=1, heat=3)
    assert desk.post(page_of(article, "pin/"), {"version": 1, "pinned": "1"}).status_code == 302
    article.refresh_from_db()
    assert article.pinned_at is not None

    answer = desk.post(page_of(article, "pin/"), {"version": 2, "pinned": "0"})

    assert answer.status_code == 409
    assert [clash.name for clash in answer.context["conflict"].clashes] == ["pinned_at"]


def test_deleting_asks_once_more_and_leaves_a_tombstone(desk):
    article = make_article(title="Gone")
    pk = article.pk

    asked = desk.post(page_of(article, "delete/"), {"version": 1})
    assert (asked.status_code, Article.objects.count()) == (200, 1)
    done = desk.post(page_of(article, "delete/"), {"version": 1, "sure": "1"})

    assert done.url == f"/desk/articles/{pk}/history/"
    assert Tombstone.objects.get().title == "Gone"
    assert desk.get(done.url).status_code == 200
    assert desk.get(f"/desk/articles/{pk}/").status_code == 404
    again = desk.post(f"/desk/articles/{pk}/edit/", {"version": 1, "title": "What I typed"})
    assert again.status_code == 409
    assert "What I typed" in again.text


# Pictures


def picture(size=(60, 40), kind="PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Picture.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile("any.png", out.getvalue())


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def pictures_of(desk, article) -> dict[str, str]:
    return form_of(desk.get(page_of(article)), "form-images")


def shown(article) -> list[Image]:
    return [link.image for link in article.image_links.all()]


def test_another_picture_leads_by_its_number_or_by_a_button(desk):
    first, second, third = (make_image() for _ in range(3))
    article = make_article(images=[first, second, third])

    moved = desk.post(page_of(article, "images/"), pictures_of(desk, article) | {"move": "3-up"})
    assert (moved.status_code, shown(article)) == (200, [first, second, third])
    desk.post(page_of(article, "images/"), form_of(moved, "form-images"))
    assert shown(article) == [first, third, second]
    desk.post(page_of(article, "images/"), pictures_of(desk, article) | {"images-3-position": "1"})

    assert shown(article) == [second, first, third]


def test_an_upload_takes_the_place_of_a_picture_in_this_article_only(desk, media):
    image = make_image(title="Old text", attribution="Old credit")
    article, sibling = make_article(images=[image]), make_article(images=[image])

    answer = desk.post(
        page_of(article, "images/"), pictures_of(desk, article) | {"images-1-file": picture(), "images-1-title": "New"}
    )

    assert answer.status_code == 302
    [new] = shown(article)
    assert (new.title, new.attribution, new.width, new.height) == ("New", "Old credit", 60, 40)
    assert new.file.name.startswith("images/")
    assert shown(sibling) == [image]
    assert Event.objects.get().after == {"images": [new.url]}


def test_a_picture_is_added_by_its_url_and_taken_away(desk):
    article = make_article(images=[make_image()])

    desk.post(
        page_of(article, "images/"),
        pictures_of(desk, article)
        | {"images-2-url": "https://pictures.example/new.jpg", "images-2-attribution": "Ann", "images-1-remove": "on"},
    )

    assert [(image.url, image.attribution) for image in shown(article)] == [("https://pictures.example/new.jpg", "Ann")]


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"GIF89a"])
def test_what_is_no_picture_is_refused_and_the_rest_is_kept(desk, media, content):
    article = make_article(images=[make_image()])
    upload = SimpleUploadedFile("a.png", content)

    answer = desk.post(
        page_of(article, "images/"),
        pictures_of(desk, article) | {"images-1-attribution": "Kept", "images-1-file": upload},
    )

    assert answer.status_code == 422
    assert answer.context["images"].rows[0].errors["file"]
    assert form_of(answer, "form-images")["images-1-attribution"] == "Kept"


def test_text_and_credit_belong_to_the_picture_and_are_not_overwritten_unseen(desk):
    image = make_image(title="Old", attribution="")
    article = make_article(images=[image])
    sent = pictures_of(desk, article)

    assert desk.post(page_of(article, "images/"), sent | {"images-1-title": "First"}).status_code == 302
    answer = desk.post(page_of(article, "images/"), sent | {"images-1-title": "Second"})

    assert answer.status_code == 409
    assert "First" in str(answer.context["images"].rows[0].errors["title"])
    image.refresh_from_db()
    assert image.title == "First"
    assert desk.post(page_of(article, "images/"), form_of(answer, "form-images")).status_code == 302
    image.refresh_from_db()
    assert image.title == "Second"


def test_a_picture_takes_any_text_that_a_document_may_give_it_and_no_other(desk):
    image = make_image(attribution="x" * 600)
    article = make_article(images=[image])
    sent = pictures_of(desk, article)

    assert desk.post(page_of(article, "images/"), sent | {"images-1-title": "New"}).status_code == 302
    answer = desk.post(page_of(article, "images/"), sent | {"images-1-title": "a\x0bb"})

    assert answer.status_code == 422
    assert "control character" in str(answer.context["images"].rows[0].errors["title"])
    image.refresh_from_db()
    assert (image.title, len(image.attribution)) == ("New", 600)


def test_an_upload_survives_a_conflict(desk, other, media):
    article = make_article(images=[make_image()])
    sent = pictures_of(desk, article)
    moderation.edit(article, by=other, version=1, images=[make_image()])

    answer = desk.post(page_of(article, "images/"), sent | {"images-1-file": picture()})
    assert answer.status_code == 409
    desk.post(page_of(article, "images/"), form_of(answer, "form-images"))

    assert [image.width for image in shown(article)] == [60]


# What fields offer


def test_names_are_offered_to_editors_while_they_type(desk, client, moderator):
    make_topic("Politics")
    make_topic("World politics")
    make_provider(domain="acme.example", name="The Acme")

    offered = [desk.get(f"/desk/{kind}/search/?q={q}").json()["offered"] for kind, q in
               (("topics", "poli"), ("providers", "acme"), ("topics", "\x00"))]  # fmt: skip

    assert [[one["value"] for one in found] for found in offered[:2]] == [
        ["Politics", "World politics"],
        ["acme.example"],
    ]
    client.force_login(moderator)
    assert client.get("/desk/topics/search/?q=p").status_code == 403


def test_no_address_of_the_page_is_kept_by_anyone(desk):
    article = make_article()

    for part in ("", "history/", "preview/"):
        assert desk.get(page_of(article, part))["Cache-Control"] == "private, no-store"
    assert re.search("no-store", desk.get("/desk/articles/search/?q=a")["Cache-Control"])
