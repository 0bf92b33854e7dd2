import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from articles.importing.runs.run import import_documents
from articles.importing.sources.items import ImportItem
from articles.models import Article, ArticleImage, ArticleTopic, Image, ImportFile, RelatedLink, Topic
from providers.models import Provider
from tests.importing.documents_by_hand import document, write
from tests.importing.hostile import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alarm():
    """A file that is read for half a minute fails its test, and does not hang the suite."""

    def ring(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def imported(*roots: Path) -> dict[str, ImportItem]:
    items: dict[str, ImportItem] = {}
    import_documents(roots, on_item=lambda item: items.__setitem__(item.path, item))
    return items


def rows() -> list[int]:
    return [
        model.objects.count() for model in (Article, ArticleTopic, ArticleImage, RelatedLink, Topic, Provider, Image)
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_gets_its_verdict_and_its_message(name, tmp_path):
    content, verdict, says = HOSTILE[name]
    write(tmp_path, {"hostile.md": content})

    item = imported(tmp_path)["hostile.md"]

    told = [str(message) for message in item.messages]
    assert item.verdict == verdict
    assert [one for one in told if says in one] if says else told == []
    assert verdict == "created" or (len(told) == 1 and rows() == [0] * 7)


def test_hostile_documents_stop_neither_each_other_nor_a_good_one(tmp_path):
    files = {f"{number:03}.md": content for number, (content, _, _) in enumerate(HOSTILE.values())}
    write(tmp_path, files | {"999.md": document(webUrl="https://good.example/")})

    items = imported(tmp_path)

    assert list(items) == [*files, "999.md"]
    wrong = [
        name
        for item, (name, (_, verdict, _)) in zip(items.values(), HOSTILE.items(), strict=False)
        if (item.verdict == "rejected") != (verdict == "rejected")
    ]
    assert wrong == []
    assert items["999.md"].verdict == "created"
    assert Article.objects.filter(provider=None).count() == 0
    assert Article.objects.count() == sum(verdict != "rejected" for _, verdict, _ in HOSTILE.values())


def fifo(file: Path) -> None:
    os.mkfifo(file)


def listening(file: Path) -> None:
    # A socket's address is short; its folder is not.
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(file.parent)
        try:
            one.bind(file.name)
        finally:
            os.chdir(here)


def sparse(size: int):
    def make(file: Path) -> None:
        with file.open("wb") as opened:
            opened.truncate(size)

    return make


def link_to(target: str):
    return lambda file: file.symlink_to(target)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (fifo, "is not a regular file"),
        (listening, "is not a regular file"),
        (link_to("good.md"), "is not a regular file"),
        (link_to("nowhere.md"), "is not a regular file"),
        (link_to("hostile.md"), "is not a regular file"),
        (link_to("/dev/zero"), "is not a regular file"),
        (link_to("."), "is not a regular file"),
        (sparse(1_048_577), "has 1,048,577 bytes, and 1,048,576 are the most"),
        (sparse(300 * 1024**2), "has 314,572,800 bytes, and 1,048,576 are the most"),
        (sparse(10 * 1024**3), "has 10,737,418,240 bytes, and 1,048,576 are the most"),
        (sparse(1_048_576), "1: holds the control character U+0000"),
        (sparse(0), "1: does not open with a line ---"),
    ],
    ids=[
        "FIFO",
        "socket",
        "link",
        "dangling",
        "loop",
        "device",
        "folder",
        "1 MiB + 1",
        "300 MB",
        "10 GB",
        "NUL",
        "empty",
    ],
)
def test_what_is_no_document_is_rejected_unread(make, says, tmp_path):
    write(tmp_path, {"good.md": document()})
    make(tmp_path / "hostile.md")

    items = imported(tmp_path)

    assert {path: (item.verdict, [str(m) for m in item.messages]) for path, item in items.items()} == {
        "good.md": ("created", []),
        "hostile.md": ("rejected", [says]),
    }


def test_a_file_of_the_largest_size_is_read(tmp_path):
    room = 1_048_576 - len(document())
    write(tmp_path, {"a.md": document(body="x" * room)})

    assert imported(tmp_path)["a.md"].verdict == "created"


@pytest.mark.parametrize(
    "name", [b"a\nb.jpg", b"a\xffb.jpg", b"a\x1b[31mb", b"\xe2\x80\xaea.png", b"b" * 250 + b".gif"]
)
def test_a_file_of_another_kind_is_named_as_not_read_whatever_its_name(tmp_path, name):
    (tmp_path / "a.md").write_text(document())
    with open(os.fsencode(tmp_path) + b"/" + name, "wb"):  # noqa: PTH123 - a name that is no text
        pass

    report = import_documents([tmp_path])

    (kept,) = ImportFile.objects.filter(verdict="kept")
    assert (report.counts["created"], report.counts["kept"], report.exit_code) == (1, 1, 0)
    assert kept.path.isprintable()
    assert kept.messages == [{"level": "note", "line": 0, "field": "", "text": "is of a kind that is not read"}]


def test_folders_that_lead_to_each_other_by_links_are_not_walked(tmp_path):
    write(tmp_path, {"a/good.md": document()})
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")

    assert [path for path, item in imported(tmp_path).items() if item.verdict != "kept"] == ["a/good.md"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\nb.md", "a\nb.md"),
        (b"a\x1b[31mb.md", "a\x1b[31mb.md"),
        (b"a\xffb.md", "a\\udcffb.md"),
        ("a\u202eb.md".encode(), "a\u202eb.md"),
        ("a\u0085b.md".encode(), "a\u0085b.md"),
    ],
)
def test_a_name_that_cannot_be_shown_is_rejected_and_reported(name, shown, tmp_path):
    with suppress(OSError):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(document())
    if not list(tmp_path.iterdir()):
        pytest.skip("this file system takes no such name")

    report = import_documents([tmp_path])

    assert dict(report.counts) == {"rejected": 1}
    assert rows() == [0] * 7
    kept = ImportFile.objects.get()
    assert (kept.path, kept.messages[0]["text"]) == (shown, "has a name with control characters, or not in UTF-8")


def test_a_path_that_is_too_long_is_rejected(tmp_path):
    long = "/".join(["x" * 200] * 3)
    write(tmp_path, {f"{long}.md": document(), "ünïcode 🙂 %2e; rm -rf.md": document()})

    items = imported(tmp_path)

    assert {item.verdict.value: len(path) > 500 for path, item in items.items()} == {"rejected": True, "created": False}


def test_folders_in_folders_without_end_are_rejected(tmp_path):
    write(tmp_path, {"d/" * 30 + "a.md": document()})

    [(path, item)] = imported(tmp_path).items()

    assert (path, str(item.messages[0])) == ("d/" * 20 + "d", "is more than 20 folders deep")


@pytest.mark.not_as_root
def test_a_file_that_may_not_be_read_is_rejected(tmp_path):
    write(tmp_path, {"a.md": document()})
    (tmp_path / "a.md").chmod(0)

    assert str(imported(tmp_path)["a.md"].messages[0]) == "cannot be read: Permission denied"
