"""manage.py cache_images, and what readers get of it."""

import os
import re
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image as Picture

from articles import tasks
from articles.images import copies
from articles.models import Image
from tests.conftest import SEEDS
from tests.factories import make_article, make_image, make_provider, make_related, make_topic
from tests.picture_server import JPEG, answer, picture, picture_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with picture_server() as server:
        yield server


def run(server, *options, **rules) -> str:
    out = StringIO()
    call_command("cache_images", *options, rules=server.rules(**rules), stdout=out)
    return out.getvalue()


def shown(server, path="/photo.jpg", **fields) -> Image:
    """A picture of a visible article."""
    image = make_image(**{"url": server.url(path)} | fields)
    make_article(published=True, images=[image])
    return image


def files() -> list[str]:
    folders = default_storage.listdir("copies")[0] if default_storage.exists("copies") else []
    return sorted(
        f"copies/{folder}/{name}" for folder in folders for name in default_storage.listdir(f"copies/{folder}")[1]
    )


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_picture_of_a_visible_article_is_copied_in_three_widths_and_served(server, client):
    image = shown(server)

    assert run(server) == "1 copy made, 0 failed\n"
    image.refresh_from_db()

    assert (image.copy_width, image.copy_height, image.width, image.height) == (1280, 720, 1200, 630)
    assert (image.fetch_at, image.fetch_failures, image.fetch_problem) == (None, 0, "")
    assert files() == sorted(f"copies/{image.copy[:2]}/{image.copy}-{width}.webp" for width in (320, 640, 1280))
    assert image.src == f"/media/copies/{image.copy[:2]}/{image.copy}-1280.webp"
    sent = client.get(image.src)
    assert (sent.status_code, sent["Content-Type"], sent["Cache-Control"]) == (200, "image/webp", "public, max-age=300")
    assert "Vary" not in sent
    assert Picture.open(BytesIO(body(sent))).size == (1280, 720)


def test_what_was_copied_is_not_asked_for_again(server):
    shown(server)
    run(server)

    assert run(server, "--retry") == "0 copies made, 0 failed\n"
    assert len(server.asked) == 1


def test_pictures_of_whatever_belongs_to_a_coming_article_are_copied_and_no_others(server, moderator):
    def image(name):
        server.whole[f"/{name}"] = answer(JPEG)
        return make_image(url=server.url(f"/{name}"))

    now = timezone.now()
    provider, topic = make_provider(), make_topic()
    provider.image_links.create(image=image("logo"))
    topic.image_links.create(image=image("topic"))
    pending = make_article(images=[image("pending")], provider=provider, topics=[topic])
    make_related(pending).image_links.create(image=image("related"))
    make_related(pending, hidden=True).image_links.create(image=image("hidden-link"))
    make_article(published=True, publish_at=now + timedelta(days=1), images=[image("scheduled")])
    make_article(published=True, expires_at=now - timedelta(days=1), images=[image("expired")])
    make_article(reviewed_by=moderator, images=[image("rejected")])
    make_article(reviewed_by=moderator, first_published_at=now, images=[image("withdrawn")])
    make_provider().image_links.create(image=image("logo-of-nobody"))
    image("of-nothing")
    make_article(published=True, images=[make_image(url="/images/here.png"), make_image(url="ftp://pictures.example/")])

    run(server)

    asked = {line.split(" ")[1] for line in server.asked}
    assert asked == {"/logo", "/topic", "/pending", "/related", "/scheduled"}


def test_a_picture_that_is_scheduled_or_pending_is_not_yet_for_strangers(server, client):
    image = make_image(url=server.url("/photo.jpg"))
    make_article(images=[image])
    run(server)
    image.refresh_from_db()

    assert client.get(image.src).status_code == 404


@pytest.mark.parametrize(
    ("role", "expected"),
    [(None, 404), ("Importers", 404), ("Moderators", 200), ("Editors", 200), ("superuser", 200)],
)
def test_copy_of_hidden_articles_only_is_for_those_who_decide(server, client, make_user, role, expected):
    image = make_image(url=server.url("/photo.jpg"))
    make_article(images=[image])
    run(server)
    image.refresh_from_db()
    if role:
        client.force_login(make_user(role))

    sent = client.get(image.src)

    assert sent.status_code == expected
    if expected == 200:
        assert len(body(sent)) > 100
        assert sent["Cache-Control"] == "private, no-store"
        known = client.get(image.src, headers={"If-None-Match": sent["ETag"]})
        assert (known.status_code, known["Cache-Control"]) == (304, "private, no-store")


def test_a_browser_that_has_the_picture_is_told_so_until_the_article_is_withdrawn(server, client):
    image = shown(server)
    run(server)
    image.refresh_from_db()
    first = client.get(image.src)
    body(first)
    again = client.get(image.src, headers={"If-None-Match": first["ETag"]})
    image.articles.update(published=False)
    gone = client.get(image.src, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again["ETag"], again["Cache-Control"]) == (304, first["ETag"], "public, max-age=300")
    assert gone.status_code == 404


def test_the_widths_of_a_picture_have_different_tags(server, client):
    image = shown(server)
    run(server)
    image.refresh_from_db()
    answers = [client.get(image.copy_url(width)) for width in image.copy_widths]

    assert len({answer["ETag"] for answer in answers}) == 3
    assert [Picture.open(BytesIO(body(answer))).width for answer in answers] == [320, 640, 1280]


@pytest.mark.parametrize(
    "name", ["{0}-641.webp", "{0}-1280.png", "{0}.webp", "{0}-1280.webp/", "x{0}-1280.webp", "{0}-01280.webp"]
)
def test_no_other_name_of_a_copy_is_served(server, client, name):
    image = shown(server)
    run(server)
    image.refresh_from_db()

    assert client.get(f"/media/copies/{image.copy[:2]}/" + name.format(image.copy)).status_code == 404


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/missing.jpg", "The server answered 404."),
        ("/endless", "It is larger than 10 MB."),
        ("/page.jpg", "It is no JPEG, PNG, WebP, GIF or AVIF picture."),
        ("/drawing.svg", "It is no JPEG, PNG, WebP, GIF or AVIF picture."),
        ("/truncated.jpg", "It is damaged."),
        ("/41-megapixels.png", "It has 8200 × 5001 pixels: more than 40 million."),
        ("/to-metadata", "There is no host 169.254.169.254."),
    ],
)
def test_why_there_is_no_copy_stands_on_the_picture(server, path, problem):
    image = shown(server, path)
    before = timezone.now()

    told = run(server)
    image.refresh_from_db()

    assert (image.fetch_problem, image.fetch_failures, image.copy) == (problem, 1, None)
    assert before + timedelta(hours=1) <= image.fetch_at <= timezone.now() + timedelta(hours=1)
    assert before <= image.fetched_at <= timezone.now()
    assert told.startswith(f"{image.url}: {problem} Next try ")
    assert told.endswith("0 copies made, 1 failed\n")
    assert files() == []


def test_a_picture_that_has_gone_quiet_is_tried_ever_more_rarely_and_then_given_up(server):
    image = shown(server, "/missing.jpg")
    pauses = []
    for _ in range(4):
        run(server)
        image.refresh_from_db()
        pauses.append(image.fetch_at and round((image.fetch_at - image.fetched_at).total_seconds() / 3600))
        Image.objects.filter(pk=image.pk, fetch_at__isnull=False).update(fetch_at=timezone.now())
    run(server)

    assert pauses == [1, 24, 168, None]
    assert len(server.asked) == 4


def test_before_its_time_a_picture_is_tried_again_only_when_asked_to(server):
    image = shown(server, "/missing.jpg")
    run(server)
    run(server)
    server.whole["/missing.jpg"] = answer(JPEG)
    waited = len(server.asked)

    assert run(server, "--retry") == "1 copy made, 0 failed\n"
    image.refresh_from_db()
    assert waited == 1
    assert (image.fetch_failures, image.fetch_problem, image.fetch_at) == (0, "", None)


def test_a_copy_stays_while_its_picture_cannot_be_fetched_anew(server):
    image = shown(server)
    run(server)
    image.refresh_from_db()
    src = image.src
    server.whole["/photo.jpg"] = answer(b"", "404 Not Found")
    copies.ask_again(Image.objects.all())
    run(server)
    image.refresh_from_db()

    assert (image.src, image.fetch_problem) == (src, "The server answered 404.")


def test_no_more_are_tried_than_asked_for_newest_first(server):
    images = [shown(server, f"/photo.jpg?{number}") for number in range(11)]

    told = run(server, "--limit", "9")

    assert told.endswith("0 copies made, 9 failed\n")
    assert [image.pk for image in Image.objects.filter(fetched_at=None)] == [image.pk for image in images[:2]]


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(CommandError):
        call_command("cache_images", "--limit", limit)


def test_a_picture_that_another_run_has_in_hand_is_left_to_it(server):
    shown(server)
    in_hand = copies._claimed(8)

    assert run(server) == "0 copies made, 0 failed\n"
    assert len(in_hand) == 1
    Image.objects.update(fetch_at=timezone.now() - timedelta(seconds=1))
    assert run(server) == "1 copy made, 0 failed\n"


def test_what_was_fetched_is_not_kept_for_a_picture_that_was_changed_meanwhile(server):
    image, later = shown(server, "/old.jpg"), shown(server)
    for tried in copies.make_copies(rules=server.rules()):
        # Both have been fetched: the newer one comes first.
        if tried == later:
            Image.objects.filter(pk=image.pk).update(url="https://pictures.example/other.jpg")
    image.refresh_from_db()
    later.refresh_from_db()

    assert (image.copy, image.fetch_problem) == (None, "")
    assert later.copy


def test_two_pictures_of_the_same_content_share_a_copy_that_goes_with_the_last(server):
    server.whole["/again.jpg"] = answer(JPEG)
    first, second = shown(server), shown(server, "/again.jpg")
    run(server)
    first.refresh_from_db()
    second.refresh_from_db()
    age_files()
    counts = []
    for image in (None, first, second):
        if image:
            Image.objects.filter(pk=image.pk).update(copy=None, copy_width=None, copy_height=None)
        counts.append((run(server, "--prune").splitlines()[-1], len(files())))

    assert first.copy == second.copy
    assert counts == [("0 unused files deleted", 3), ("0 unused files deleted", 3), ("3 unused files deleted", 0)]


def age_files():
    for name in files():
        os.utime(default_storage.path(name), (0, 0))


def test_files_that_were_just_written_and_files_of_others_are_never_pruned(server):
    default_storage.save("copies/ab/" + "ab" * 16 + "-320.webp", ContentFile(b"young"))
    default_storage.save("images/quay.png", ContentFile(b"uploaded"))

    assert run(server, "--prune").endswith("0 unused files deleted\n")
    age_files()
    assert run(server, "--prune").endswith("1 unused file deleted\n")
    assert default_storage.exists("images/quay.png")


def test_a_copy_that_comes_back_is_young_again_and_survives_a_clean_up(server):
    shown(server)
    run(server)
    age_files()
    Image.objects.update(copy=None, copy_width=None, copy_height=None, fetch_at=timezone.now())
    for _ in copies.make_copies(rules=server.rules()):
        Image.objects.update(copy=None, copy_width=None, copy_height=None)

    assert copies.prune() == 0
    assert len(files()) == 3


def test_an_uploaded_picture_gets_its_widths_without_any_fetching(server, settings, client):
    settings.REMOTE_IMAGES = "off"
    image = shown(server)
    exif = Picture.Exif()
    exif[0x010F] = "Camera of Anne"
    image.file.save("quay.jpg", ContentFile(picture(size=(800, 600), exif=exif)))

    told = run(server)
    image.refresh_from_db()

    assert told.endswith("1 copy made, 0 failed\n")
    assert server.asked == []
    assert image.copy_widths == [320, 640, 800]
    assert b"Anne" in b"".join(client.get(image.file.url).streaming_content)
    assert b"Anne" not in body(client.get(image.src))


def test_an_uploaded_picture_that_is_lost_is_noted(server):
    image = shown(server)
    image.file.save("quay.jpg", ContentFile(JPEG))
    image.file.storage.delete(image.file.name)
    run(server)
    image.refresh_from_db()

    assert image.fetch_problem == "The file that was uploaded is lost."


@pytest.mark.parametrize(
    ("setting", "without", "with_copy"), [("link", "remote", "copy"), ("cache", "", "copy"), ("off", "", "")]
)
def test_the_operator_says_what_readers_get(server, settings, client, setting, without, with_copy):
    settings.REMOTE_IMAGES = "link"
    image = shown(server)
    run(server)
    held = Image.objects.get(pk=image.pk)
    copy_url = held.src
    settings.REMOTE_IMAGES = setting
    named = {"": "", "remote": image.url, "copy": copy_url}
    sent = client.get(copy_url)
    if sent.streaming:
        assert len(body(sent)) > 100

    assert (image.src, held.src) == (named[without], named[with_copy])
    assert bool(held.srcset) == bool(with_copy)
    assert sent.status_code == (404 if setting == "off" else 200)


def test_nothing_remote_is_fetched_where_readers_get_nothing_remote(server, settings):
    settings.REMOTE_IMAGES = "off"
    shown(server)

    assert run(server) == "NEWSROOM_REMOTE_IMAGES is off: only uploaded pictures get a copy\n0 copies made, 0 failed\n"
    assert server.asked == []


def test_no_page_of_a_reader_fetches_anything(server, client):
    shown(server)

    for path in ("/", "/latest/", "/providers/", "/providers/news.example/"):
        assert client.get(path).status_code == 200
    assert (server.asked, server.resolved) == ([], [])


def tags(client, path, name="img") -> list[str]:
    return re.findall(rf"<{name} [^>]*>", client.get(path).text)


def test_a_page_offers_every_width_and_keeps_the_place(server, client):
    image = shown(server, title="The quay")
    run(server)
    image.refresh_from_db()
    widths = ", ".join(
        f"/media/copies/{image.copy[:2]}/{image.copy}-{width}.webp {width}w" for width in (320, 640, 1280)
    )
    sizes = "(min-width: 48rem) 46rem, 100vw"

    page = client.get(image.articles.get().get_absolute_url()).text

    assert re.findall("<img [^>]*>", page) == [
        f'<img src="{image.src}" alt="The quay" width="1280" height="720" srcset="{widths}" sizes="{sizes}"'
        ' data-instead="News" fetchpriority="high" decoding="async" referrerpolicy="no-referrer">'
    ]
    assert re.findall('<link rel="preload"[^>]*>', page) == [
        f'<link rel="preload" as="image" href="{image.src}" imagesrcset="{widths}" imagesizes="{sizes}"'
        ' fetchpriority="high" referrerpolicy="no-referrer">'
    ]


def test_what_a_document_says_of_a_picture_stays_text(server, client):
    article = make_article(published=True, images=[make_image(url='https://p.example/a"><b>.jpg', title='"><script>')])

    (tag,) = tags(client, article.get_absolute_url())

    assert tag.startswith('<img src="https://p.example/a&quot;&gt;&lt;b&gt;.jpg" alt="&quot;&gt;&lt;script&gt;" width=')


def test_a_title_is_not_said_twice_and_a_size_that_nobody_knows_keeps_a_place(client):
    image = make_image(title="The  quay", width=None, height=None)
    article = make_article(title="The quay", published=True, images=[image])

    (tag,) = tags(client, article.get_absolute_url())

    assert 'alt="" width="1200" height="800" class="unmeasured"' in tag


def test_a_provider_shows_the_first_logo_that_there_is(client):
    provider = make_article(published=True).provider
    for position, url in enumerate(["/assets/here.png", "https://p.example/logo.png", "https://p.example/other.png"]):
        provider.image_links.create(image=make_image(url=url, title="Logo"), position=position)

    (tag,) = tags(client, provider.get_absolute_url())

    assert tag.startswith('<img src="https://p.example/logo.png" alt=""')


@pytest.mark.parametrize("setting", ["cache", "off"])
def test_no_page_names_a_server_of_others_where_readers_shall_not_ask_it(client, settings, setting):
    settings.REMOTE_IMAGES = setting
    article = make_article(published=True, images=[make_image()])
    article.provider.image_links.create(image=make_image())

    for path in ("/", "/latest/", article.get_absolute_url(), article.provider.get_absolute_url()):
        assert tags(client, path) == []
        assert "pictures.example" not in client.get(path).text


def test_a_list_of_copies_takes_no_more_queries_than_one(server, client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/latest/").status_code == 200
        return len(captured)

    shown(server)
    cache.clear()
    one = queries()
    for number in range(12):
        image = shown(server, f"/photo.jpg?{number}")
        Image.objects.filter(pk=image.pk).update(copy=f"{number:032x}", copy_width=500, copy_height=300)
    cache.clear()

    assert queries() == one
    assert len(tags(client, "/latest/")) == 13


# The admin


def test_editors_see_why_there_is_no_copy_and_have_it_fetched_again(server, client, editor):
    client.force_login(editor)
    image, held = shown(server, "/missing.jpg"), shown(server)
    for _ in range(4):
        Image.objects.filter(copy=None).update(fetch_at=timezone.now())
        run(server)
    untried = shown(server, "/untried.jpg")
    listed = {
        choice: {row.pk for row in client.get(f"/admin/articles/image/?our_copy={choice}").context["cl"].queryset}
        for choice in ("yes", "waiting", "failing", "given-up")
    }
    page = client.get("/admin/articles/image/").text
    client.post("/admin/articles/image/", {"action": "fetch_again", "_selected_action": [image.pk]})
    image.refresh_from_db()

    assert listed == {"yes": {held.pk}, "waiting": {untried.pk}, "failing": set(), "given-up": {image.pk}}
    assert "The server answered 404. Failed 4 times, last on " in page
    assert "; given up." in page
    assert (image.fetch_failures, image.fetch_at <= timezone.now()) == (0, True)


def test_a_picture_whose_url_an_editor_changes_loses_the_copy_of_the_other(server, client, editor):
    client.force_login(editor)
    image = shown(server)
    run(server)

    client.post(f"/admin/articles/image/{image.pk}/change/", {"url": "https://pictures.example/other.jpg"})
    image.refresh_from_db()

    assert (image.url, image.copy, image.copy_width) == ("https://pictures.example/other.jpg", None, None)
    assert image.fetch_at <= timezone.now()


def test_a_picture_whose_title_an_editor_changes_keeps_its_copy(server, client, editor):
    client.force_login(editor)
    image = shown(server)
    run(server)

    client.post(f"/admin/articles/image/{image.pk}/change/", {"url": image.url, "title": "The quay"})
    image.refresh_from_db()

    assert (image.title, image.copy_width, image.fetch_at) == ("The quay", 1280, None)


# After an import


def test_with_a_worker_pictures_are_fetched_after_everything_else(settings, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        tasks.fetch_images_later()

    assert list(DBTaskResult.objects.values_list("task_path", "priority")) == [("articles.tasks.fetch_images", -100)]


def by_command(client):
    with pytest.raises(SystemExit):
        call_command("import_articles", SEEDS, verbosity=0)


def by_trial(client):
    with pytest.raises(SystemExit):
        call_command("import_articles", SEEDS, "--dry-run", verbosity=0)


def by_table(client):
    content = b"web_url,title,published_at,provider\nhttps://a.example/1,T,2021-01-08T09:00:00Z,a.example\n"
    client.post("/admin/articles/article/import/", {"file": SimpleUploadedFile("t.csv", content)})
    answer = client.post("/admin/articles/article/process_import/")
    assert answer.status_code == 302


@pytest.mark.parametrize(("imported", "asked"), [(by_command, 1), (by_table, 1), (by_trial, 0)])
def test_after_each_import_the_worker_is_asked_for_pictures(
    imported, asked, settings, client, importer, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    client.force_login(importer)
    with django_capture_on_commit_callbacks(execute=True):
        imported(client)

    assert DBTaskResult.objects.filter(task_path="articles.tasks.fetch_images").count() == asked


def test_without_a_worker_nobody_waits_for_pictures(server, django_capture_on_commit_callbacks):
    shown(server)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        tasks.fetch_images_later()

    assert callbacks == []
    assert Image.objects.get().fetched_at is None


def test_the_task_takes_a_handful_and_asks_for_the_next(server, settings, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for number in range(copies.BATCH_SIZE + 1):
        # Refused before anybody is asked.
        shown(server, url=f"http://anne@pictures.example/{number}")
    left = []
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            tasks.fetch_images.call()
        left.append((Image.objects.filter(fetched_at=None).count(), len(callbacks)))

    assert left == [(1, 1), (0, 1), (0, 0)]
