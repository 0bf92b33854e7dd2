"""What the pages of runs and previews tell as news, and by what people know a document."""

import json

import pytest
from django.urls import reverse

from articles.importing.runs.run import import_documents
from articles.models import ImportRun
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

OTHER = document(webUrl="https://news.example/lf")
FIRST = {"old.md": document(title=None), "one.jpg": b"1", "two.jpg": b"2", "a.md": document(heat="hot"), "lf.md": OTHER}


@pytest.fixture
def second(tmp_path, importer):
    """A second run, with one more refusal, a changed document, and one with other line ends."""
    folder = tmp_path / "source"
    import_documents([write(folder, FIRST)], by=importer)
    write(folder, {"new.md": document(title=None), "a.md": document(heat="hot", title="Changed")})
    write(folder, {"lf.md": OTHER.replace("\n", "\r\n")})
    import_documents([folder], by=importer)
    return ImportRun.objects.order_by("-pk")[0]


def shown(client, address, query="") -> list[str]:
    return [file.path for file in client.get(address + query).context["page"]]


def test_the_page_of_a_run_names_the_news_and_has_the_rest_behind_a_tab(as_importer, second):
    address = reverse("desk_run", args=[second.pk])

    page = as_importer.get(address)

    assert shown(as_importer, address) == ["a.md", "new.md"]
    assert page.context["tabs"] == [
        ("updated", "Updated", 1),
        ("unchanged", "Unchanged", 1),
        ("rejected", "Rejected", 1),
        ("known", "Refused as before", 1),
        ("unread", "Not read", 2),
    ]
    assert shown(as_importer, address, "?verdict=rejected") == ["new.md"]
    assert shown(as_importer, address, "?verdict=known") == ["old.md"]
    assert shown(as_importer, address, "?verdict=unread") == ["one.jpg", "two.jpg"]
    assert shown(as_importer, address, "?path=.jpg") == ["one.jpg", "two.jpg"]
    text = " ".join(page.text.split())
    assert "1 refused as before, 1 warning as before" in text
    assert "2 .jpg not read" in text


def test_every_file_is_in_one_tab(as_importer, second):
    address = reverse("desk_run", args=[second.pk])
    tabs = as_importer.get(address).context["tabs"]

    paths = [path for value, _, _ in tabs for path in shown(as_importer, address, f"?verdict={value}")]

    assert sorted(paths) == ["a.md", "lf.md", "new.md", "old.md", "one.jpg", "two.jpg"]
    assert [len(shown(as_importer, address, f"?verdict={value}")) for value, _, _ in tabs] == [n for _, _, n in tabs]


def test_the_files_of_a_report_name_every_file_once(as_importer, second):
    address = reverse("desk_run_json", args=[second.pk])

    told = json.loads(b"".join(as_importer.get(address).streaming_content))

    assert sorted((file["path"], file["noise"]) for file in told["documents"]) == [
        ("a.md", ""),
        ("lf.md", ""),
        ("new.md", ""),
        ("old.md", "known"),
        ("one.jpg", "unread"),
        ("two.jpg", "unread"),
    ]
    assert {m["text"] for f in told["documents"] for m in f["messages"] if f["noise"] == "unread"} == {
        "is of a kind that is not read"
    }
    assert (told["known"], told["unread"]) == ({"rejected": 1, "warnings": 1}, {".jpg": 2})


def test_a_run_tells_title_provider_and_date_of_the_article(as_importer, second):
    page = " ".join(as_importer.get(reverse("desk_run", args=[second.pk])).text.split())

    assert '<h3 class="file-title" dir="auto">Changed</h3>' in page
    assert 'News · <time datetime="2020-06-11T19:19:00+00:00">11 June 2020</time>' in page


def test_a_preview_tells_them_as_the_document_says(as_importer, upload, second):
    made = upload({"a.md": document(title="By the document"), "b.md": document(webUrl="https://news.example/b")})

    files = as_importer.get(reverse("desk_upload", args=[made.pk])).context["page"]

    assert [(file.path, file.title, file.provider, file.date.year) for file in files] == [
        ("a.md", "By the document", "News", 2020),
        ("b.md", "A title", "News", 2020),
    ]


def test_a_preview_of_what_has_not_changed_asks_the_articles(as_importer, upload, second):
    made = upload({"a.md": document(heat="hot", title="Changed")})

    address = reverse("desk_upload", args=[made.pk])
    (file,) = as_importer.get(address + "?verdict=unchanged").context["page"]

    assert shown(as_importer, address) == []
    assert (made.counts, file.about, file.title) == ({"unchanged": 1}, {}, "Changed")


def test_uploads_are_compared_with_those_before(upload, post):
    post(upload({"old.md": document(title=None), "b.md": document()}), "confirm")

    made = upload({"old.md": document(title=None), "new.md": document(title=None), "b.md": document()})

    assert {file.path: file.noise for file in made.files.all()} == {"old.md": "known", "new.md": "", "b.md": ""}


def test_lists_are_told_by_what_came_and_what_went(as_importer, upload, post):
    images = [f"{{url: 'https://p.example/{name}.jpg', width: 9, height: 9}}" for name in "ab"]
    post(upload({"a.md": document(topics="[AI, Cloud]", images=f"[{images[0]}]")}), "confirm")

    made = upload({"a.md": document(topics="[Azure, Cloud]", images=f"[{', '.join(images)}]")})
    preview = as_importer.get(reverse("desk_upload", args=[made.pk])).context["page"][0].differences
    post(made, "confirm")
    report = as_importer.get(reverse("desk_run", args=[made.run_id])).context["page"][0].differences

    told = [["topics", ["added “Azure”", "removed “AI”"]], ["images", ["added “https://p.example/b.jpg”"]]]
    # The import would make the topic, and its name.
    assert [[d.label, list(d.told)] for d in preview] == [["topics", ["added “azure”", "removed “AI”"]], told[1]]
    assert [[d.label, list(d.told)] for d in report] == told
