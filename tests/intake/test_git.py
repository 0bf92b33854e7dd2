"""A repository is looked at: its bytes as they were committed, nothing else of it, and never by its own rules."""

import pickle
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone

from articles.documents.messages import Rejected
from articles.documents.stored import document_in
from articles.exporting.content import content_hash
from articles.importing.runs.run import import_documents
from articles.importing.sources.git import GitTree, git
from articles.importing.sources.roots import Sources
from articles.importing.uploads.storage import REPOSITORY, feed_folder
from articles.intake import places, repository
from articles.intake.looking import State, look
from articles.models import Article, DocumentFeed, ImportRun, ImportUpload
from tests.importing.documents_by_hand import document
from tests.intake.repositories import Repository
from tests.intake.test_folder import several
from tests.intake.test_held import confirm, discard

pytestmark = pytest.mark.django_db


@pytest.fixture
def origin(root) -> Repository:
    return Repository(root / "mill")


@pytest.fixture
def feed(make_feed):
    return make_feed(kind="git")


def test_a_commit_is_taken_once(origin, feed):
    origin.commit(several(range(3)))

    assert [look(feed).state for _ in range(2)] == [State.IMPORTED, State.NOTHING]
    origin.commit(several([1], heat="9"))
    found = look(feed)
    origin.commit()

    assert found.run.counts == {"updated": 1, "unchanged": 2}
    assert look(feed).state == State.NOTHING
    assert ImportRun.objects.count() == 2
    assert feed.held.filter(commit="").count() == 0


def test_a_branch_and_a_folder_are_all_that_is_read(origin, make_feed):
    origin.commit({f"content/_samples/{name}": text for name, text in several([1]).items()} | several([2]))
    origin.git("switch", "--quiet", "--create", "other/branch")
    origin.commit({f"content/_samples/{name}": text for name, text in several([3]).items()})
    origin.git("switch", "--quiet", "main")

    look(make_feed(kind="git", branch="other/branch", folder="content/_samples", prefix="mill/"))

    assert set(Article.objects.values_list("path", "category")) == {
        ("mill/_samples/1.md", "sample"), ("mill/_samples/3.md", "sample"),
    }  # fmt: skip


def test_neither_filters_nor_attributes_nor_links_nor_modules_touch_the_bytes(origin, feed, root):
    text = document("$Id$ $Format:%H$\r\nline", webUrl="https://mill.example/a").encode()
    other = Repository(root.parent / "other")
    module = other.commit(several([9]))
    (origin.folder / ".gitattributes").write_text("*.md ident export-subst text=auto eol=crlf filter=evil\n")
    (origin.folder / "link.md").symlink_to("/etc/passwd")
    (origin.folder / "folder").mkdir()
    (origin.folder / "folder" / "in").symlink_to("..")
    origin.git("update-index", "--add", "--cacheinfo", f"160000,{module},module.md")
    origin.git("config", "filter.evil.smudge", "echo evil")
    origin.git("config", "core.autocrlf", "false")
    origin.commit({".hidden/b.md": text, "notes.pdf": b"%PDF"})
    blob = origin.git("hash-object", "-w", "--no-filters", str(_outside(root, text)))
    origin.git("update-index", "--add", "--cacheinfo", f"100644,{blob},a.md")
    origin.git("update-index", "--add", "--cacheinfo", f"160000,{module},module.md")
    origin.git("commit", "--quiet", "--message=bytes")
    feed.max_rejected = 100
    feed.save()

    found = look(feed)

    assert document_in(Article.objects.get(path="a.md").source) == text
    told = {file.path: (file.verdict, file.messages[0]["text"]) for file in found.run.files.exclude(messages=[])}
    not_regular = ("rejected", "is not a regular file")
    assert {name: told.get(name) for name in ("link.md", "module.md")} == {
        "link.md": not_regular, "module.md": not_regular,
    }  # fmt: skip
    assert Article.objects.count() == 1


def _outside(root: Path, text: bytes) -> Path:
    file = root.parent / "bytes"
    file.write_bytes(text)
    return file


def test_a_document_that_is_too_large_is_refused_unread_and_a_copy_for_another_process_reads_the_same(origin, feed):
    origin.commit(several([1]) | {"big.md": b"x" * 1_048_577})
    look(feed)
    commit = repository.fetch(feed).commit
    tree = GitTree(feed_folder(feed) / REPOSITORY, commit)

    copy = pickle.loads(pickle.dumps(Sources([tree])))  # noqa: S301 - our own

    assert [found.path for found in copy] == ["1.md", "big.md"]
    assert copy.sources[0].read("1.md") == tree.read("1.md") == (origin.folder / "1.md").read_bytes()
    with pytest.raises(Rejected, match="1,048,577 bytes"):
        tree.read("big.md")


def remove(origin):
    shutil.rmtree(origin.folder)


def lose_its_branch(origin):
    origin.git("branch", "--move", "renamed")


def lose_its_folder(origin):
    origin.git("rm", "-r", "--quiet", "in")
    origin.commit({"x.md": document()})


def be_broken(origin):
    shutil.rmtree(origin.folder / ".git" / "objects")
    (origin.folder / ".git" / "objects").mkdir()


@pytest.mark.parametrize("away", [remove, lose_its_branch, lose_its_folder, be_broken])
def test_what_cannot_be_read_is_a_problem_in_words_and_nothing_is_gone(origin, make_feed, away):
    origin.commit({f"in/{name}": text for name, text in several(range(3)).items()})
    feed = make_feed(kind="git", branch="main", folder="in")
    look(feed)
    away(origin)

    assert look(feed).state == State.PROBLEM
    assert feed.problem.endswith(".")
    assert (Article.objects.filter(state="live").count() + Article.objects.filter(state="pending").count()) == 3
    assert ImportRun.objects.count() == ImportUpload.objects.count() == 1


def test_a_folder_that_has_been_emptied_is_a_problem(origin, feed):
    origin.commit(several(range(3)))
    look(feed)
    origin.git("rm", "--quiet", "*.md")
    origin.commit()

    assert look(feed).says == "Nothing is there, where 3 documents were: nothing was imported."


def test_without_git_a_feed_says_so(origin, feed, monkeypatch):
    origin.commit(several([1]))
    monkeypatch.setenv("PATH", "/nowhere")

    assert look(feed).says == "Git says: there is no git on this server."


REFUSED = [
    "https://elsewhere.example/a", "https://git.example.evil.example/a", "http://git.example/a", "git.example:a",
    "file:///etc", "ext::sh -c id", "https://git.example/../a", "https://user:word@git.example/a", "-oProxyCommand=id",
    "https://git.example/a?b", "ssh://-oProxyCommand=id/a", "--upload-pack=id", "relative/path", "https://git.example:x/",
    "https://git.example/%2e%2e/a", "git://git.example/a",
]  # fmt: skip


@pytest.mark.parametrize("location", REFUSED)
def test_an_address_that_the_operator_did_not_allow_is_refused(make_feed, settings, location):
    settings.GIT_URLS = ["https://git.example", "ssh://git@git.example/team/"]

    assert look(make_feed(kind="git", location=location)).state == State.PROBLEM


def test_addresses_that_the_operator_allowed_are_taken(make_feed, settings):
    settings.GIT_URLS = ["https://git.example/", "ssh://git@git.example/team/"]

    for place in ("https://git.example/a.git", "ssh://git@git.example/team/a"):
        places.check(make_feed(name=place, kind="git", location=place))


@pytest.mark.parametrize("branch", ["-b", "a..b", "a b", "a:b", "a/", "/a", ".a", "a/.b", "a.lock", "@{-1}", "a~1"])
def test_a_branch_that_is_no_name_is_refused(make_feed, origin, branch):
    with pytest.raises(places.Refused):
        places.check(make_feed(kind="git", branch=branch))


@pytest.mark.parametrize("folder", ["/a", "../a", "a/../b", "-a", ":a", "a\n"])
def test_a_folder_that_leads_out_is_refused(make_feed, origin, folder):
    with pytest.raises(places.Refused):
        places.check(make_feed(kind="git", folder=folder))


def test_a_copy_that_a_killed_git_left_locked_is_made_anew(origin, feed):
    origin.commit(several([1]))
    look(feed)
    origin.commit(several([2]))
    (feed_folder(feed) / REPOSITORY / "shallow.lock").touch()

    assert look(feed).state == State.IMPORTED


def test_the_commit_that_was_seen_is_what_a_person_lets_in_and_newer_ones_follow(origin, make_feed, keeper):
    origin.commit(several(range(3)))
    feed = make_feed(kind="git", mode="preview")
    look(feed)
    origin.commit(several([5]), "--amend")
    assert look(feed).state == State.WAITS
    git(feed_folder(feed) / REPOSITORY, "gc", "--prune=now", "--quiet")

    assert confirm(feed, keeper).run.counts == {"created": 3}
    found = look(feed)

    assert found.state == State.HELD
    discard(feed)
    assert look(feed).state == State.NOTHING
    assert Article.objects.count() == 3


def test_our_copy_does_not_grow_without_end(origin, feed, monkeypatch):
    monkeypatch.setattr(repository, "MOST_PACKS", 5)
    for number in range(12):
        origin.commit(several([number]))
        look(feed)

    packs = list((feed_folder(feed) / REPOSITORY / "objects" / "pack").glob("*.pack"))
    assert len(packs) <= 6
    assert git(feed_folder(feed) / REPOSITORY, "rev-list", "--count", "--all").strip() == b"1"


def changed(random: Random, texts: dict[str, dict[str, str]], number: int) -> str:
    """Changes the documents as one commit of a machine would, and says how."""
    what = random.choice(["score", "score", "renew", "new", "rename", "delete"])
    names = random.sample(sorted(texts), k=2)
    for name in names:
        match what:
            case "score":
                texts[name]["heat"] = str(number + 100)
            case "renew":
                texts[name]["secured"] = f"{number:016x}"
            case "new":
                texts[f"new-{number}-{name}"] = {"webUrl": f"https://mill.example/{number}-{name}"}
            case "rename":
                texts[f"{number}-{name}"] = texts.pop(name)
            case "delete" if len(texts) > 20:
                del texts[name]
    return what


@pytest.mark.parametrize("seed", [1, 2])
def test_the_replay_of_a_history_ends_as_a_fresh_import_of_its_end(origin, feed, seed):
    random = Random(seed)  # noqa: S311 - examples
    texts = {f"{n}.md": {"webUrl": f"https://mill.example/{n}", "title": f"Number {n}"} for n in range(30)}
    now, told = timezone.now() - timedelta(days=40), Counter()
    for number in range(30):
        what = changed(random, texts, number) if number else "new"
        for file in origin.folder.glob("*.md"):
            file.unlink()
        files = {name: document(f"The text of {fields['webUrl']}.", **fields) for name, fields in texts.items()}
        origin.commit(files, *(["--amend"] if number % 9 == 8 else []))
        now += timedelta(days=1)

        found = look(feed, now=now)

        told[what] += 1
        if what == "renew":
            assert found.run.counts == {"unchanged": len(texts)}
            assert found.run.details["renewed"] == {"payload": 2}
        elif number:
            changes = [file.changes for file in found.run.files.filter(verdict="updated")]
            assert len(changes) == {"score": 2, "rename": 2}.get(what, 0)
            assert found.run.counts.get("created", 0) == {"new": 2}.get(what, 0)
            assert not found.run.details["renewed"]
    assert min(told[what] for what in ("score", "renew", "new", "rename", "delete")) > 0
    assert feed.last_arrival_at <= now

    Article.objects.exclude(path__in=texts).delete()
    replayed = content_hash()
    Article.objects.all().delete()
    import_documents([origin.folder])
    assert content_hash() == replayed


@pytest.mark.parametrize("days", [("azure-2021-07-18", "azure-2021-07-21"), ("2020-12-07", "2021-01-08")])
def test_the_replay_of_two_real_days_ends_as_a_fresh_import_of_the_second(corpus, origin, feed, days):
    folders = [corpus / day for day in days]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("the two days are not beside the project")
    DocumentFeed.objects.update(max_changed=100, max_gone=100)
    for day in folders:
        for old in origin.folder.glob("[!.]*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        # Of the larger site the news alone.
        shutil.copytree(day / "_news" if day.name.startswith("azure") else day, origin.folder, dirs_exist_ok=True)
        origin.commit()
        found = look(feed)
        run = found.run
        assert run, found.says
    kinds = run.details["renewed"]
    updated = run.files.filter(verdict="updated")

    assert set(kinds) <= {"payload", "form"}
    assert not [file for file in updated if not (file.changes or file.article.events.filter(run=run).exists())]
    there = {found.path for found in Sources([origin.folder]) if not found.unread}
    Article.objects.exclude(path__in=there).delete()
    replayed = content_hash()
    Article.objects.all().delete()
    import_documents([origin.folder])
    assert content_hash() == replayed
