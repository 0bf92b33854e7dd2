"""What a report tells as news, and what it only counts: refusals and warnings as before, kinds that are not read."""

import json
import os

import pytest
from django.core.management import call_command

from articles.importing.runs.run import import_documents
from articles.models import Article, ImportFile, ImportRun
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db


def known(item) -> list[bool]:
    return [message.known for message in item.messages]


def command(capsys, *args) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", *args)
    return ended.value.code, capsys.readouterr().out


def test_a_refusal_is_news_once_and_again_when_it_is_another_one(tmp_path):
    write(tmp_path, {"a.md": document(title=None), "b.md": document()})
    _, items = run(tmp_path)
    assert known(items["a.md"]) == [False]

    second, items = run(tmp_path)
    assert (known(items["a.md"]), second.known["rejected"]) == ([True], 1)

    write(tmp_path, {"a.md": document(webUrl=None)})
    third, items = run(tmp_path)
    assert (known(items["a.md"]), third.known["rejected"]) == ([False], 0)
    assert [row.noise for row in ImportFile.objects.filter(path="a.md").order_by("pk")] == ["", "known", ""]


def test_a_refusal_of_another_source_or_another_path_is_news(tmp_path):
    write(tmp_path, {"one/a.md": document(title=None), "two/a.md": document(title=None), "two/b.md": document()})
    run(tmp_path / "one")

    _, items = run(tmp_path / "two")
    assert known(items["a.md"]) == [False]

    (tmp_path / "two" / "a.md").rename(tmp_path / "two" / "c.md")
    _, items = run(tmp_path / "two")
    assert known(items["c.md"]) == [False]


def test_a_run_that_was_not_finished_and_a_dry_run_make_nothing_known(tmp_path):
    write(tmp_path, {"a.md": document(title=None), "b.md": document()})
    run(tmp_path, dry_run=True)
    run(tmp_path)
    ImportRun.objects.update(status="interrupted")

    _, items = run(tmp_path, dry_run=True)

    assert known(items["a.md"]) == [False]


def test_a_warning_is_news_unless_the_document_had_it_before(tmp_path):
    """However many runs lie between: the document before stands in the article."""
    write(tmp_path, {"a.md": document(quality="many")})
    _, items = run(tmp_path)
    assert known(items["a.md"]) == [False]
    run(tmp_path)
    ImportFile.objects.all().delete()

    write(tmp_path, {"a.md": document(quality="many", heat="hot")})
    report, items = run(tmp_path)

    assert {m.field: m.known for m in items["a.md"].messages} == {"quality": True, "heat": False}
    assert (report.warnings, report.known["warnings"]) == (2, 1)
    assert [m.get("known") for m in ImportFile.objects.get(path="a.md").messages] == [True, None]


def test_a_warning_of_a_topic_that_has_not_changed_is_told_once(tmp_path):
    topic = "---\ntaxonomy: topic\nname: AI\nslug: ai\nparent: ai\n---\n"
    write(tmp_path, {"a.md": topic})
    run(tmp_path)
    run(tmp_path)

    _, items = run(tmp_path)

    assert items["a.md"].verdict == "unchanged"
    assert items["a.md"].messages
    assert known(items["a.md"]) == [True] * len(items["a.md"].messages)


def test_the_exit_code_speaks_of_new_refusals_only_if_that_is_asked_for(tmp_path, capsys):
    write(tmp_path, {"a.md": document(title=None), "b.md": document()})

    codes = [command(capsys, tmp_path, *words)[0] for words in (["--known"], [], ["--known"])]
    write(tmp_path, {"c.md": "nothing"})
    codes.append(command(capsys, tmp_path, "--known")[0])

    assert codes == [1, 1, 0, 1]


def test_a_source_that_holds_nothing_usable_is_never_silent(tmp_path, capsys):
    assert [command(capsys, tmp_path / "gone", "--known")[0] for _ in range(3)] == [2, 2, 2]


def test_the_report_names_what_is_new_and_counts_the_rest(tmp_path, capsys):
    write(tmp_path, {"a.md": document(title=None), "b.md": document(heat="hot"), "one.jpg": b"1", "two.JPG": b"2"})
    command(capsys, tmp_path)
    write(tmp_path, {"b.md": document(heat="hot", title="B"), "c.md": document(webUrl=None), "f.gif": b"3"})

    _, out = command(capsys, tmp_path)

    assert [line for line in out.splitlines()[:-1] if not line.startswith("  ")] == [
        "updated   b.md (title)",
        "rejected  c.md",
        "3 documents: 1 updated, 2 rejected (1 as before)",
        "1 refused as before, 1 warning as before",
        "2 .jpg not read",
        "1 .gif not read",
        "1 warning",
    ]
    everything = command(capsys, tmp_path, "--verbose")[1]
    assert {word for word in ("a.md", "c.md", "one.jpg", "two.JPG", "f.gif") if word in everything} == {
        "a.md", "c.md", "one.jpg", "two.JPG", "f.gif",
    }  # fmt: skip


def test_the_json_report_names_every_file_once(tmp_path, capsys):
    write(tmp_path, {"a.md": document(title=None), "b.md": document(), "one.jpg": b"1", "noending": b"2"})
    command(capsys, tmp_path)

    told = json.loads(command(capsys, tmp_path, "--format", "json")[1])

    assert {d["path"]: (d["verdict"], d["noise"]) for d in told["documents"]} == {
        "a.md": ("rejected", "known"),
        "b.md": ("unchanged", ""),
        "one.jpg": ("kept", "unread"),
        "noending": ("kept", "unread"),
    }
    assert len(told["documents"]) == told["files"] == sum(told["counts"].values()) == 4
    assert (told["known"], told["unread"]) == ({"rejected": 1}, {".jpg": 1, "without an ending": 1})


def test_what_is_renewed_without_a_change_of_a_fact_is_counted_beside_the_unchanged(tmp_path, capsys):
    secured = "AAAA;AAAAAAAAAAAAAAAAAAAAAA==", "BBBB;AAAAAAAAAAAAAAAAAAAAAA=="
    names = {name: document(webUrl=f"https://news.example/{name}", secured=secured[0]) for name in "abc"}
    write(tmp_path, {f"{name}.md": text for name, text in names.items()})
    command(capsys, tmp_path)
    write(tmp_path, {"a.md": names["a"].replace(*secured), "b.md": names["b"].replace("\n", "\r\n")})

    _, out = command(capsys, tmp_path)

    assert "3 documents: 3 unchanged (1 payload renewed, 1 line ends or order renewed)" in out
    assert ImportRun.objects.first().details["renewed"] == {"payload": 1, "form": 1}
    assert Article.objects.filter(version=1).count() == 3


def test_an_ending_that_is_no_text_is_escaped(tmp_path):
    write(tmp_path, {"a.md": document()})
    for name in (b"a.\xff", b"b.\x1b[31m"):
        with open(os.fsencode(tmp_path) + b"/" + name, "wb"):  # noqa: PTH123 - a name that is no text
            pass

    import_documents([tmp_path])

    assert ImportRun.objects.get().details["unread"] == {r".\udcff": 1, r".\x1b[31m": 1}


def test_a_thousand_kinds_are_not_kept_one_by_one(tmp_path):
    report = import_documents([write(tmp_path, {f"{n}.x{n}": b"" for n in range(100)})])

    unread = report.details["unread"]
    assert (len(unread), unread["of other kinds"], sum(unread.values())) == (31, 70, 100)


def test_a_warning_of_an_entry_that_has_another_place_now_is_known(tmp_path):
    link = "{{webUrl: 'https://r.example/{0}', title: '{0}', quality: {1}}}"
    bad, good = link.format("a", "many"), link.format("b", "1")
    write(tmp_path, {"a.md": document(related=f"[{bad}]")})
    run(tmp_path)

    write(tmp_path, {"a.md": document(related=f"[{good}, {bad}]")})
    _, items = run(tmp_path)

    assert [(m.field, m.known) for m in items["a.md"].messages] == [("related[1].quality", True)]
