import io
import os
import tarfile
import zipfile

import pytest

from articles.documents.messages import Rejected
from articles.importing.sources.roots import FoundFile, Sources
from tests.importing.documents_by_hand import document


def test_every_file_is_found_but_hidden_ones_and_only_documents_are_read(tmp_path):
    for name in ["b.md", "a/x.TXT", "a/y.html", "c.yaml", "d.yml", "picture.jpg", ".hidden.md", ".git/z.md"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    sources = Sources([tmp_path])

    assert [found.path for found in sources if not found.unread] == ["a/x.TXT", "a/y.html", "b.md", "c.yaml", "d.yml"]
    assert [found.path for found in sources if found.unread] == ["picture.jpg"]
    assert "picture.jpg" not in sources


def test_what_only_looks_like_a_file_is_named_and_not_read(tmp_path):
    os.mkfifo(tmp_path / "fifo.md")
    (tmp_path / "link.md").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "line\nbreak.md").touch()

    found = {file.path: file.problem for file in Sources([tmp_path]) if not file.unread}

    assert found == {
        "fifo.md": "is not a regular file",
        "link.md": "is not a regular file",
        "line\nbreak.md": "has a name with control characters, or not in UTF-8",
    }


def test_a_file_is_measured_before_it_is_read(tmp_path):
    with (tmp_path / "sparse.md").open("wb") as file:
        file.truncate(10_000_000_000)

    with pytest.raises(Rejected, match="has 10,000,000,000 bytes, and 1,048,576 are the most"):
        Sources([tmp_path]).read(FoundFile("sparse.md"))


def test_a_fifo_that_replaced_a_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.md")

    with pytest.raises(Rejected, match="is not a regular file"):
        Sources([tmp_path]).read(FoundFile("a.md"))


def zip_of(path, members: dict[str, bytes]):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tar_of(path, members: dict[str, bytes | None]):
    """A .tar.gz; a member of None is a symbolic link to /etc/passwd."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content or b""))
    return path


@pytest.mark.parametrize("make", [lambda p, m: zip_of(p / "a.zip", m), lambda p, m: tar_of(p / "a.tar.gz", m)])
def test_an_archive_gives_its_documents_and_refuses_what_leads_out(tmp_path, make):
    raw = document().encode()
    names = ["_news/b.md", "a.md", "pic.jpg", "/abs.md", "../up.md", "x/../../y.md", "C:\\w.md", "c.md"]

    sources = Sources([make(tmp_path, dict.fromkeys(names, raw))])

    problems = {found.path: found.problem for found in sources if not found.unread}
    assert [found.path for found in sources if found.unread] == ["pic.jpg"]
    assert problems == {
        "_news/b.md": "",
        "a.md": "",
        "/abs.md": "leads out of the archive",
        "../up.md": "leads out of the archive",
        "x/../../y.md": "leads out of the archive",
        "C:/w.md": "leads out of the archive",
        "c.md": "",
    }
    assert [sources.read(FoundFile(name)) for name in ("c.md", "_news/b.md", "a.md")] == [raw] * 3
    assert [name in sources for name in ("a.md", "pic.jpg", "z.md")] == [True, False, False]


def test_a_link_in_an_archive_is_refused_by_name(tmp_path):
    sources = Sources([tar_of(tmp_path / "a.tgz", {"link.md": None, "good.md": b"x"})])

    assert [(found.path, found.problem) for found in sources] == [("link.md", "is not a regular file"), ("good.md", "")]


def test_a_member_that_unpacks_to_too_much_is_refused_alone(tmp_path):
    sources = Sources([zip_of(tmp_path / "a.zip", {"big.md": b"0" * 50_000_000, "b.md": b"x"})])

    assert [(found.path, found.problem) for found in sources] == [
        ("big.md", "has 50,000,000 bytes, and 1,048,576 are the most"),
        ("b.md", ""),
    ]


def test_what_is_no_archive_is_one_bad_file(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK nonsense")
    (tmp_path / "b.tar.gz").write_bytes(b"nonsense")

    problems = [found.problem for found in Sources([tmp_path / "a.zip", tmp_path / "b.tar.gz"])]

    assert problems[0].startswith("is no readable .zip")
    assert problems[1].startswith("is no readable archive")


def test_a_truncated_archive_says_so_after_what_can_be_read(tmp_path):
    whole = tar_of(tmp_path / "a.tgz", {f"{n}.md": os.urandom(50_000) for n in range(9)}).read_bytes()
    (tmp_path / "a.tgz").write_bytes(whole[: len(whole) // 2])

    found = list(Sources([tmp_path / "a.tgz"]))

    assert found[0].problem == ""
    assert found[-1].problem.startswith("is no readable archive")
