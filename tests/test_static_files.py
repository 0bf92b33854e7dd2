import re

from django.core.files.storage import FileSystemStorage

from newsroom.static_files import WholeStyleSheets
from tests.collected import STATIC, collect

SHEETS = ("site.css", "desk.css", "admin-newsroom.css")


def test_a_collected_style_sheet_holds_the_tokens_and_imports_nothing(tmp_path):
    tokens = (STATIC / "tokens.css").read_text()

    files = collect(tmp_path)

    texts = {name: files[name].read_text() for name in SHEETS}
    assert {name: text.count(tokens) for name, text in texts.items()} == dict.fromkeys(SHEETS, 1)
    assert {name: text.count("@import") for name, text in texts.items()} == dict.fromkeys(SHEETS, 0)


def test_a_style_sheet_gets_another_name_when_only_the_tokens_have_changed(tmp_path):
    names = {}
    for colour in ("red", "blue"):
        folder = tmp_path / colour
        (folder / "sources").mkdir(parents=True)
        (folder / "sources" / "tokens.css").write_text(f":root {{ --ink: {colour}; }}")
        (folder / "site.css").write_text("what was collected")
        (folder / "sources" / "site.css").write_text('@import "tokens.css";\n\nbody { color: var(--ink); }')
        storage = WholeStyleSheets(location=folder, base_url="/static/")

        list(storage.post_process({"site.css": (FileSystemStorage(folder / "sources"), "site.css")}))

        names[colour] = storage.hashed_files["site.css"]
        whole = f":root {{ --ink: {colour}; }}\n\nbody {{ color: var(--ink); }}"
        assert (folder / names[colour]).read_text() == whole

    assert names["red"] != names["blue"]


def test_an_import_is_read_from_the_folder_of_its_style_sheet(tmp_path):
    sources = tmp_path / "sources" / "theme"
    sources.mkdir(parents=True)
    (sources / "base.css").write_text("b {}")
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "all.css").write_text("what was collected")
    (sources / "all.css").write_text('@import "base.css";\na {}')
    storage = WholeStyleSheets(location=tmp_path, base_url="/static/")

    list(storage.post_process({"theme/all.css": (FileSystemStorage(tmp_path / "sources"), "theme/all.css")}))

    assert (tmp_path / storage.hashed_files["theme/all.css"]).read_text() == "b {}\na {}"


def test_a_token_has_its_value_in_one_file_only():
    """Beside tokens.css a `:root` gives other names to tokens (the admin's own) or values for paper, nothing else."""
    on_paper = re.compile(r"@media print \{\n  :root \{[^}]*\}")
    names_a_token = re.compile(r"var\(--[\w-]+\)|color-mix\(in srgb, var\(--[\w-]+\) \d+%, var\(--[\w-]+\)\)")
    others = {
        path.name: on_paper.sub("", path.read_text()) for path in STATIC.glob("*.css") if path.name != "tokens.css"
    }

    values = {
        name: [
            value for block in re.findall(r":root[^{]*\{([^}]*)\}", text) for value in re.findall(r":([^;]+);", block)
        ]
        for name, text in others.items()
    }

    assert len(values["admin-newsroom.css"]) > 20
    own = {
        name: [value for value in given if not names_a_token.fullmatch(value.strip())] for name, given in values.items()
    }
    assert {name: given for name, given in own.items() if given} == {}
