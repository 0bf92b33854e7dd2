"""Topics, images, reasons, tombstones, and the log that nobody changes."""

import io
import re
import struct
import zlib

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image as Picture

from articles import moderation
from articles.forms import fields
from articles.models import Event, Image, ImportFile, ImportRun, Reason, Tombstone, Topic, TopicOldSlug
from tests.factories import make_article, make_image, make_provider, make_topic

NO_IMAGES = {"image_links-TOTAL_FORMS": 0, "image_links-INITIAL_FORMS": 0}


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def url(model: str, page: str, *args) -> str:
    return reverse(f"admin:articles_{model}_{page}", args=args)


@pytest.mark.parametrize(
    ("model", "field", "make", "offered"),
    [
        ("articletopic", "topic", make_topic, ["a", "B", "c"]),
        ("article", "provider", make_provider, ["a", "B", "c"]),
        ("articleimage", "image", make_image, ["a", "c", "B"]),
    ],
)
def test_what_a_form_offers_while_one_types_comes_in_an_order(desk, model, field, make, offered):
    for name in ("B", "c", "a"):
        make(**{"title" if field == "image" else "name": name})

    asked = {"app_label": "articles", "model_name": model, "field_name": field}
    response = desk.get(reverse("admin:autocomplete"), asked)

    assert [option["text"] for option in response.json()["results"]] == offered


# Topics


def topic_form(**fields):
    return {"name": "AI", "slug": "ai", "keywords": "", "hashtags": ""} | NO_IMAGES | fields


def test_topic_takes_words_one_in_a_line(desk):
    response = desk.post(url("topic", "add"), topic_form(keywords="one\r\n two  words \r\n\r\none", hashtags="#ai"))

    assert response.status_code == 302
    topic = Topic.objects.get()
    assert (topic.keywords, topic.hashtags) == (["one", "two words"], ["#ai"])
    assert "one\ntwo words</textarea>" in desk.get(url("topic", "change", topic.pk)).text


def test_changed_slug_of_a_topic_leaves_a_redirect(desk):
    topic = make_topic("AI", slug="ai")
    desk.post(url("topic", "change", topic.pk), topic_form(slug="machines"))
    desk.post(url("topic", "change", topic.pk), topic_form(slug="ai"))

    assert list(TopicOldSlug.objects.values_list("slug", "topic")) == [("machines", topic.pk)]


def test_topic_may_not_stand_below_itself(desk):
    top = make_topic("Top", slug="top")
    below = make_topic("Below", parent=make_topic("Middle", parent=top))

    response = desk.post(url("topic", "change", top.pk), topic_form(name="Top", slug="top", parent=below.pk))

    assert response.context["adminform"].form.errors == {"parent": ["This would make the topic stand below itself."]}


@pytest.mark.parametrize(
    ("slug", "problem"), [("feed", "The site uses"), ("was", "This was the address"), ("", "This field")]
)
def test_topic_refuses_an_address_that_is_taken(desk, slug, problem):
    TopicOldSlug.objects.create(slug="was", topic=make_topic())

    response = desk.post(url("topic", "add"), topic_form(slug=slug))

    assert response.context["adminform"].form.errors["slug"][0].startswith(problem)


def test_topics_stand_in_their_tree(desk):
    zoo = make_topic("Zoo")
    make_topic("Bear", parent=zoo)
    make_topic("Ape", parent=zoo)
    make_topic("Yard")

    page = desk.get(url("topic", "changelist"))

    assert [(topic.name, topic.above) for topic in page.context["cl"].result_list] == [
        ("Yard", []),
        ("Zoo", []),
        ("Ape", ["Zoo"]),
        ("Bear", ["Zoo"]),
    ]


def test_topic_of_an_article_is_not_deleted(desk):
    topic = make_topic()
    make_article(topics=[topic])

    response = desk.post(url("topic", "delete", topic.pk), {"post": "yes"})

    assert "would require deleting the following protected related objects" in response.text
    assert Topic.objects.exists()


# Images


def picture(kind: str, size=(40, 30)) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def upload(client, name: str, content: bytes, **fields):
    return client.post(url("image", "add"), {"url": "", "file": SimpleUploadedFile(name, content), **fields})


def test_uploaded_picture_is_measured_and_named_after_what_it_is(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    response = upload(desk, "../../evil.html", picture("PNG"))

    assert response.status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height, image.url) == (40, 30, f"/media/{image.file.name}")
    assert image.file.name.startswith("images/")
    assert image.file.name.endswith(".png")
    assert image.src == image.url


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "This is no JPEG"),
        (picture("TIFF"), "This is no JPEG"),
        (picture("PPM"), "This is no JPEG"),
        (picture("PNG")[:60], "This is no JPEG"),
        (b"", "The submitted file is empty."),
    ],
)
def test_what_is_no_picture_is_refused(desk, content, problem):
    response = upload(desk, "x.png", content)

    assert response.context["adminform"].form.errors["file"][0].startswith(problem)
    assert not Image.objects.exists()


def test_huge_pictures_are_refused_before_they_are_decoded(desk, monkeypatch):
    monkeypatch.setattr(Picture.Image, "load", lambda self: pytest.fail("was decoded"))
    small_file_of_many_pixels = _png_header(9500, 9500)

    response = upload(desk, "x.png", small_file_of_many_pixels)

    assert "million" in response.context["adminform"].form.errors["file"][0]


def _png_header(width: int, height: int) -> bytes:
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def test_files_of_many_bytes_are_refused(desk, monkeypatch):
    monkeypatch.setattr(fields, "MOST_BYTES", 100)

    response = upload(desk, "x.png", picture("PNG", (400, 400)))

    assert response.context["adminform"].form.errors["file"][0].startswith("This is larger than 100")


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://pictures.example/a.jpg", True),
        ("/assets/a.jpg", True),
        ("javascript:alert(1)", False),
        ("//evil.example/a.jpg", False),
        ("data:image/png;base64,x", False),
        ("", False),
    ],
)
def test_image_url_is_a_link_or_a_path_of_this_site(desk, address, taken):
    desk.post(url("image", "add"), {"url": address})

    assert Image.objects.filter(url=address).exists() == taken


def test_images_tell_where_they_are_used(desk):
    image = make_image()
    make_article(images=[image])
    make_article(images=[image])

    assert "2 articles" in desk.get(url("image", "changelist")).text


# What is only read


@pytest.fixture
def logged(editor):
    article = make_article(title="Gone")
    moderation.score(article, by=editor, version=1, heat=5)
    moderation.delete(article, by=editor, version=2)
    run = ImportRun.objects.create(status="done", finished_at="2021-01-01T00:00Z", counts={"created": 3})
    ImportFile.objects.create(
        run=run,
        path="_news/a.md",
        verdict="rejected",
        messages=[{"level": "error", "line": 3, "field": "title", "text": "is missing"}],
        changes={"heat": [1, 2]},
    )
    return [Event.objects.first(), run, run.files.get()]


def test_nobody_writes_the_log_not_even_a_superuser(client, make_user, logged):
    client.force_login(make_user("superuser"))

    for row in logged:
        name = row._meta.model_name
        statuses = [
            client.get(url(name, "changelist"), follow=True).status_code,
            client.get(url(name, "change", row.pk), follow=True).status_code,
            client.get(url(name, "history", row.pk), follow=True).status_code,
            client.post(url(name, "change", row.pk), {"note": "x"}).status_code,
            client.get(url(name, "add")).status_code,
            client.post(url(name, "delete", row.pk), {"post": "yes"}).status_code,
        ]
        assert statuses == [200, 200, 200, 403, 403, 403]


def test_the_log_tells_of_articles_that_are_gone(desk, logged):
    page = desk.get(url("event", "changelist"), follow=True)
    one = desk.get(url("event", "change", logged[0].pk))

    assert "Gone" in page.text
    (event,) = (event for _, events in page.context["days"] for event in events if event.verb == "score")
    assert [(d.label, d.before, d.after) for d in event.differences] == [("heat", [("-1", True)], [("5", True)])]
    assert one.url == f"/desk/log/?article={logged[0].article_id}#event-{logged[0].pk}"


def test_events_can_be_filtered(desk, logged, editor):
    log = desk.get(url("event", "changelist")).url

    page = desk.get(log, {"verb": "score", "channel": "desk", "person": editor.username})

    assert [event.verb for _, events in page.context["days"] for event in events] == ["score"]


def test_messages_of_a_file_name_line_and_field(desk, logged):
    rows = {"importrun": logged[1], "importfile": logged[2]}
    pages = [desk.get(url(name, "change", row.pk), follow=True) for name, row in rows.items()]

    for page in pages:
        told = " ".join(re.sub(r"<[^>]*>", " ", page.text).split())
        assert "_news/a.md error line 3 title is missing" in told


def test_reviving_deletes_the_tombstone(desk, logged):
    tombstone = Tombstone.objects.get()

    page = desk.get(url("tombstone", "delete", tombstone.pk))
    response = desk.post(url("tombstone", "delete", tombstone.pk), {"post": "yes"})

    assert "brings the article back" in page.text
    assert response.status_code == 302
    assert not Tombstone.objects.exists()


def test_editors_add_reasons(desk):
    response = desk.post(url("reason", "add"), {"slug": "tone", "label": "Tone", "position": 9, "active": "on"})

    assert response.status_code == 302
    assert Reason.objects.filter(slug="tone").exists()


# Lists


@pytest.mark.parametrize(
    ("model", "make"),
    [
        ("topic", lambda: make_topic(parent=make_topic())),
        ("image", lambda: make_article(images=[make_image()])),
        ("event", lambda: moderation.score(make_article(), by=_somebody(), version=1, heat=5)),
        ("importrun", lambda: ImportRun.objects.create(by=_somebody())),
        ("importfile", lambda: ImportFile.objects.create(run=ImportRun.objects.create(), path="x", verdict="created")),
        ("tombstone", lambda: moderation.delete(make_article(), by=_somebody(), version=1)),
    ],
)
def test_lists_take_as_many_queries_for_fifty_rows_as_for_one(client, make_user, model, make):
    client.force_login(make_user("superuser", username="boss"))
    counts = []
    for rows in (2, 48):
        for _ in range(rows):
            make()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(model, "changelist"), follow=True).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def _somebody():
    return User.objects.get(username="boss")
