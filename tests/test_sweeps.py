"""Rules of the whole code, which nobody can keep in mind."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

CODE = [path for app in ("articles", "providers", "newsroom") for path in sorted((ROOT / app).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

# Who may write an article: the verbs (with their related links), the import, and the migrations.
WRITERS = ("articles/moderation/", "articles/importing/", "articles/migrations/")
WRITES = {"update", "save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ARTICLES = {"Article", "ArticleTopic", "ArticleImage", "ArticleOldSlug", "RelatedLink", "LinkedPage", "Event"}
ARTICLES |= {"article", "articles", "row", "related", "topic_links", "image_links", "linked_from", "events"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def writes(path: Path) -> list[str]:
    """The calls such as `Article.objects.filter(…).update(…)`, `article.save()`, `form.instance.save()`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        words = {part.id for part in ast.walk(node.func) if isinstance(part, ast.Name)}
        words |= {part.attr for part in ast.walk(node.func) if isinstance(part, ast.Attribute)}
        if words & ARTICLES:
            found.append(f"{named(path)}:{node.lineno}: {ast.unparse(node.func)}")
    return found


def test_only_moderation_and_importing_write_articles():
    elsewhere = [path for path in CODE if not named(path).startswith(WRITERS)]

    # A dict named `row` that is updated is a false alarm: give it another name.
    assert [call for path in elsewhere for call in writes(path)] == []


def test_the_sweep_above_sees_the_writes_that_are_allowed():
    assert writes(ROOT / "articles" / "moderation" / "writer.py")
    assert writes(ROOT / "articles" / "moderation" / "related.py")


def test_nothing_is_done_behind_the_back_of_a_caller():
    """No signals, and no `save` or `delete` of a model of ours that does more than write."""
    signals = [
        named(path) for path in CODE if re.search(r"django\.(db\.models|core)\.signals|@receiver", path.read_text())
    ]
    overridden = [
        f"{model.__name__}.{method}"
        for app in ("articles", "providers")
        for model in apps.get_app_config(app).get_models()
        for method in ("save", "delete")
        if method in vars(model)
    ]

    assert (signals, overridden) == ([], [])


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_holds_no_script_and_no_style_and_can_be_read(path):
    """The CSP refuses inline script and style: a page with one would be broken for readers, not for its author."""
    text = path.read_text()

    engines["django"].get_template(path.relative_to(ROOT / "templates").as_posix())

    inline_script = re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", text)
    inline_style = re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:", text)
    assert (inline_script, inline_style) == (None, None)
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_file_admits_what_the_project_asks_for(lock):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"]
    if "dev" in lock:
        asked += project["dependency-groups"]["dev"]

    pins = pinned(lock)

    missing = [
        line
        for line in asked
        if (name := canonicalize_name((wanted := Requirement(line)).name)) not in pins
        or not wanted.specifier.contains(pins[name])
    ]
    assert missing == []


def test_the_two_lock_files_agree():
    """`make test` may install over what `make run` has installed."""
    assert pinned("requirements.lock").items() <= pinned("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_of_the_lock_file_has_its_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text()

    packages = re.split(r"^(?=[a-zA-Z])", text, flags=re.MULTILINE)[1:]

    assert len(packages) > 10
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in text


def pinned(lock: str) -> dict[str, str]:
    lines = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in lines}


def test_the_seeds_are_kept_byte_for_byte():
    assert "seeds/* -text" in (ROOT / ".gitattributes").read_text()
    assert len(list((ROOT / "seeds").iterdir())) == 5
