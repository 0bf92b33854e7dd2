"""Check what no linter of Python sees: templates, style sheets and scripts. `make lint` runs it.

It names lines that are too long, addresses written by hand, classes and custom properties that only one side knows,
and templates and partials that nothing includes. What Django's admin brings counts as known and as used.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django

LONGEST = 140
APPS = ("articles", "providers", "newsroom")
DJANGO = Path(django.__file__).parent
# The admin and its widgets write these classes with the names of our models and fields.
STOCK_PREFIXES = ("app-", "column-", "dynamic-", "field-", "model-")
# Django looks these templates up by their names.
LOOKED_UP = re.compile(r"[45]\d\d(_csrf)?\.html|admin/(base_site|.+/(change_form|change_list))\.html")

TAG = r"\{%.*?%\}|\{\{.*?\}\}"
CLASS = re.compile(rf'class="((?:{TAG}|[^"])*)"|\{{% block (?:page|bodyclass) %\}}(.*?)\{{% endblock', re.DOTALL)
CLASS_IN_SCRIPT = re.compile(r'classList\.\w+\("([^"]*)"|className = "([^"]*)"|class="([^"]*)')
QUOTED = re.compile(r'"([^"\n]*)"|\'([^\'\n]*)\'')
WORD = re.compile(r"[A-Za-z][\w-]*")
ADDRESS = {
    ".html": re.compile(r"""["']/[a-z][^"']*|(?:href|action)="/(?=["?#])"""),
    ".js": re.compile(r"""["'`]/[a-z][^"'`]*"""),
    ".py": re.compile(r"""(?<!"")["']/desk/[^"']*"""),
}


def problems(root: Path) -> Iterator[str]:
    """Everything that is wrong below `root`, a line for each."""
    templates = read(root / "templates", "html")
    sheets, scripts = (read(root / "newsroom" / "static", kind) for kind in ("css", "js"))
    python = {f"{app}/{name}": text for app in APPS for name, text in read(root / app, "py").items()}
    yield from too_long(templates | sheets | scripts)
    yield from by_hand(templates | scripts | python)
    sheets = {name: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for name, text in sheets.items()}
    yield from classes(templates, scripts, sheets, python)
    yield from properties(sheets)
    yield from parts(templates, python)


def read(folder: Path, kind: str) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob(f"*.{kind}"))}


def too_long(files: dict[str, str]) -> Iterator[str]:
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > LONGEST:
                yield f"{name}:{number}: the line has {len(line)} characters, {LONGEST} are the most"


def by_hand(files: dict[str, str]) -> Iterator[str]:
    for name, text in files.items():
        for found in ADDRESS[Path(name).suffix].finditer(text):
            yield f"{name}:{text.count('\n', 0, found.start()) + 1}: {found[0]} is an address written by hand"


def classes(
    templates: dict[str, str], scripts: dict[str, str], sheets: dict[str, str], python: dict[str, str]
) -> Iterator[str]:
    styled = {
        word for text in sheets.values() for rule in selectors(text) for word in re.findall(r"\.([A-Za-z][\w-]*)", rule)
    }
    written = {name: list(written_in(text, CLASS)) for name, text in templates.items()}
    written |= {name: list(written_in(text, CLASS_IN_SCRIPT)) for name, text in scripts.items()}
    stock = words_of_django()
    for name, used in written.items():
        for word in used:
            known = any(other.startswith(word) for other in styled) if word.endswith("-") else word in styled | stock
            if not known and not word.startswith(STOCK_PREFIXES):
                yield f"{name}: no style sheet knows the class {word}"
    everywhere = {word for used in written.values() for word in used}
    texts = [*python.values(), *(tag for text in templates.values() for tag in re.findall(TAG, text))]
    everywhere |= {word for text in texts for pair in QUOTED.findall(text) for word in WORD.findall(" ".join(pair))}
    prefixes = (*STOCK_PREFIXES, *(word for word in everywhere if word.endswith("-")))
    for word in sorted(styled - everywhere - stock):
        if not word.startswith(prefixes):
            yield f"nothing uses the class {word} of the style sheets"


def selectors(sheet: str) -> list[str]:
    return [re.sub(r'"[^"]*"', "", rule) for rule in re.findall(r"([^{};]+)\{", sheet)]


def written_in(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """The classes of a text; of one that ends in a variable, what stands before it, with its hyphen."""
    for found in pattern.finditer(text):
        value = re.sub(r"\{%.*?%\}", " ", "".join(group or "" for group in found.groups()))
        for word in re.sub(r"\{\{.*?\}\}|\$\{.*", "\0", value).split():
            if "\0" not in word or word.partition("\0")[0].endswith("-"):
                yield word.partition("\0")[0]


@cache
def words_of_django() -> set[str]:
    folders = [read(DJANGO / "contrib/admin", kind) for kind in ("html", "css", "js", "py")]
    folders += [read(DJANGO / "forms", kind) for kind in ("html", "py")]
    return {word for files in folders for text in files.values() for word in WORD.findall(text)}


def properties(sheets: dict[str, str]) -> Iterator[str]:
    text, stock = "\n".join(sheets.values()), "\n".join(read(DJANGO / "contrib/admin/static", "css").values())
    defined, used = set(re.findall(r"(--[\w-]+)\s*:", text)), set(re.findall(r"var\((--[\w-]+)", text))
    # The admin takes our colours by its own names.
    taken = set(re.findall(r"var\((--[\w-]+)", stock))
    yield from (f"nothing uses the custom property {name}" for name in sorted(defined - used - taken))
    for name in sorted(used - defined - set(re.findall(r"(--[\w-]+)\s*:", stock))):
        yield f"the custom property {name} is defined nowhere"


def parts(templates: dict[str, str], python: dict[str, str]) -> Iterator[str]:
    defined = {name: re.findall(r"\{% partialdef (\w+)", text) for name, text in templates.items()}
    named = set(re.findall(r'"([\w/]+\.html(?:#\w+)?)"', "\n".join([*templates.values(), *python.values()])))
    for name, text in templates.items():
        if not {name, *(f"{name}#{part}" for part in defined[name])} & named and not LOOKED_UP.fullmatch(name):
            yield f"{name}: nothing includes this template"
        here = set(re.findall(r"\{% partial (\w+)", text))
        yield from (f"{name}: the partial {part} is not defined" for part in sorted(here - set(defined[name])))
        for part in defined[name]:
            if part not in here and f"{name}#{part}" not in named:
                yield f"{name}: nothing includes the partial {part}"
    for name in sorted(named):
        file, _, part = name.partition("#")
        ours = file in templates and (not part or part in defined[file])
        if not ours and not (DJANGO / "contrib/admin/templates" / file).exists():
            yield f"{name} is included, but is not there"


if __name__ == "__main__":
    sys.exit("\n".join(problems(Path(__file__).parents[1])) or 0)
