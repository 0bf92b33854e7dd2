"""Archives that are damaged, or made to do harm: what can be read goes in, and the rest is named."""

import io
import pickle
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.sources import archives, unpack
from articles.importing.sources.members import MAX_HEADER
from articles.importing.sources.roots import Sources
from articles.processes.limited import Limits

NAMES = [f"_news/{number}.md" for number in range(12)]
METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
BLOCK = 512


def text(name: str) -> bytes:
    # Differs throughout, so that no member is packed into a few bytes of the one before.
    return "".join(f"{name[-20:]} {number * 7919 % 104729}\n" for number in range(150)).encode()


def zipped(method: int = zipfile.ZIP_DEFLATED, names: list[str] = NAMES) -> tuple[bytes, dict[str, range]]:
    """A .zip, and where the bytes of each member are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in names:
            archive.writestr(name, text(name))
        starts = [info.header_offset + 30 + len(info.filename) for info in archive.infolist()]
        places = {
            info.filename: range(start, start + info.compress_size)
            for info, start in zip(archive.infolist(), starts, strict=True)
        }
    return out.getvalue(), places


def tarred(mode: str = "w", names: list[str] = NAMES, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(text(name))
            archive.addfile(member, io.BytesIO(text(name)))
    return out.getvalue()


def listed(folder: Path, name: str, raw: bytes) -> tuple[list[str], dict[str, str]]:
    """What goes in, and what is refused and why; what goes in is held against what was packed."""
    (folder / name).write_bytes(raw)
    documents = io.BytesIO()
    good, bad = [], {}
    for path, problem, unread, position, size in unpack.lines(folder / name, documents):
        assert not unread
        if problem:
            bad[path] = problem
        else:
            good.append(path)
            assert documents.getvalue()[position : position + size] == text(path)
    return good, bad


def flipped(raw: bytes, *places: int) -> bytes:
    changed = bytearray(raw)
    for place in places:
        changed[place] ^= 0xFF
    return bytes(changed)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_damaged_member_of_a_zip_is_refused_by_name_and_the_rest_goes_in(method, tmp_path):
    raw, places = zipped(method)
    middle = places[NAMES[4]][len(places[NAMES[4]]) // 2]

    good, bad = listed(tmp_path, "a.zip", flipped(raw, middle))

    assert good == [name for name in NAMES if name != NAMES[4]]
    assert list(bad) == [NAMES[4]]


def test_a_name_that_is_not_utf_8_costs_its_own_member_only(tmp_path):
    names = [*NAMES[:3], "_news/ü.md"]
    raw, _ = zipped(names=names)

    good, bad = listed(tmp_path, "a.zip", raw.replace("ü".encode(), b"\xff\xfe"))

    assert good == NAMES[:3]
    assert list(bad.values()) == ["has a name with control characters, or not in UTF-8"]


def test_backslashes_separate_folders(tmp_path):
    raw, _ = zipped(names=["_news/2021/a.md"])
    (tmp_path / "a.zip").write_bytes(raw.replace(b"_news/2021/a.md", b"_news\\2021\\a.md"))
    sources = Sources([tmp_path / "a.zip"])

    (found,) = sources

    assert (found.path, found.problem, sources.read(found)) == ("_news/2021/a.md", "", text("_news/2021/a.md"))


@given(st.integers(0, 100))
def test_of_a_zip_that_is_cut_off_the_whole_members_go_in(tmp_path_factory, percent):
    raw, places = zipped()
    cut = len(raw) * percent // 100
    good, bad = listed(tmp_path_factory.mktemp("zip"), "a.zip", raw[:cut])

    assert good == [name for name in NAMES if places[name].stop <= cut]
    # Without its directory alone, nothing of it is missing.
    assert bool(bad) == (good != NAMES)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_of_a_tar_that_is_cut_off_what_came_before_goes_in(mode, tmp_path):
    raw = tarred(mode)

    results = [listed(tmp_path, "a.tar", raw[: len(raw) * percent // 100]) for percent in range(0, 100, 7)]

    for good, bad in results:
        assert good == NAMES[: len(good)]
        assert good == NAMES or bad["a.tar"].startswith("is no readable archive")
    numbers = [len(good) for good, _ in results]
    # bzip2 packs all of it into one block, which is there or is not.
    assert numbers == sorted(numbers)
    assert mode == "w:bz2" or len(set(numbers)) > 5


@given(st.integers(0, 2**32), st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT]))
def test_a_damaged_header_of_a_tar_costs_its_own_member_only(tmp_path_factory, place, form):
    raw = tarred(form=form)
    size = BLOCK + -(-len(text(NAMES[5])) // BLOCK) * BLOCK
    start = next(at for at in range(0, len(raw), BLOCK) if raw[at:].startswith(NAMES[5].encode() + b"\0"))

    # Its checksum no longer holds, wherever the damage is.
    good, bad = listed(tmp_path_factory.mktemp("tar"), "a.tar", flipped(raw, start + place % 148))

    assert size > BLOCK
    assert good == [name for name in NAMES if name != NAMES[5]]
    assert list(bad.values()) == ["has a damaged header"]


@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=4), st.sampled_from(["a.zip", "a.tar", "b.tar", "c.tar"]))
def test_whatever_is_damaged_an_archive_is_read_to_its_end(tmp_path_factory, places, name):
    raw = {"a.zip": zipped()[0], "a.tar": tarred(), "b.tar": tarred("w:gz"), "c.tar": tarred("w:xz")}[name]
    folder = tmp_path_factory.mktemp("any")
    (folder / name).write_bytes(flipped(raw, *(place % len(raw) for place in places)))

    lines = list(unpack.lines(folder / name, io.BytesIO()))

    assert lines
    assert all(len(line) == 5 for line in lines)


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_a_header_that_is_a_bomb_costs_its_own_member_only(form, tmp_path):
    names = ["a.md", f"{'long/' * MAX_HEADER}b.md", "c.md"]

    good, bad = listed(tmp_path, "a.tar", tarred(names=names, form=form))

    assert good == ["a.md", "c.md"]
    assert [why.split(" of ")[0] for why in bad.values()] == ["has a header"]


def test_long_names_are_read(tmp_path):
    names = ["a.md", f"{'folder/' * 18}{'ü' * 60}.md"]

    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        assert listed(tmp_path, "a.tar", tarred(names=names, form=form)) == (names, {})


@pytest.mark.parametrize("name", ["a.tar", "a.zip"])
def test_an_archive_of_too_many_files_is_cut_off(name, tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "MAX_MEMBERS", 5)
    raw = tarred() if name == "a.tar" else zipped()[0]

    good, bad = listed(tmp_path, name, raw)

    assert (good, bad) == (NAMES[:5], {name: "is no readable archive from here on: it holds more than 5 files"})


def test_a_tar_that_unpacks_to_too_much_is_cut_off(tmp_path):
    big = tarfile.TarInfo("big.bin")
    big.size = 200 * 1024**2
    with tarfile.open(tmp_path / "a.tgz", "w:gz", compresslevel=1) as archive:
        for name in ("a.md", "big.bin", "b.md"):
            member = tarfile.TarInfo(name)
            member.size = big.size if name == "big.bin" else len(text(name))
            archive.addfile(member, io.BytesIO(bytes(big.size) if name == "big.bin" else text(name)))

    found = [(file.path, file.problem.split(":")[0]) for file in Sources([tmp_path / "a.tgz"])]

    assert found[0] == ("a.md", "")
    assert found[-1] == ("a.tgz", "is no readable archive from here on")


@pytest.mark.parametrize(("limits", "why"), [({"memory": 1}, "memory"), ({"seconds": 0.01}, "seconds")])
def test_a_program_that_is_ended_leaves_a_line_that_says_why(limits, why, tmp_path, monkeypatch):
    values = {"memory": 768 * 1024**2, "cpu": 60, "seconds": 60.0, "written": 1024**2} | limits
    monkeypatch.setattr(archives, "LIMITS", Limits(**values))
    if "memory" in limits:
        monkeypatch.setattr(archives, "PROGRAM", "articles.nowhere")
    (tmp_path / "a.zip").write_bytes(zipped()[0])

    (found,) = Sources([tmp_path / "a.zip"])

    assert found.path == "a.zip"
    assert why in found.problem


def test_a_copy_of_the_sources_reads_the_same(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped()[0])
    sources = Sources([tmp_path / "a.zip"])
    found = list(sources)

    copy = pickle.loads(pickle.dumps(sources))  # noqa: S301

    assert [copy.read(file) for file in reversed(found)] == [text(name) for name in reversed(NAMES)]
