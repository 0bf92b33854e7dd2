"""The check of `make lint` for templates, style sheets and scripts, on small trees with one fault each."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest

from tests.conftest import ROOT

WHOLE = {
    "templates/base.html": '{% include "part.html" %}<p class="note {{ kind }} is-{{ state }}">{% partial more %}</p>\n'
    "{% partialdef more %}<a href=\"{% url 'front' %}\">Front</a>{% endpartialdef %}",
    "templates/part.html": '<p class="note {% if a %}open{% endif %}">Text</p>',
    "templates/404.html": '{% extends "base.html" %}',
    "newsroom/static/site.css": "/* .gone */\n:root { --ink: red; }\n.note, .open, .is-new, .loud { top: var(--ink); }",
    "newsroom/static/page.js": 'box.classList.add("open");',
    "articles/views.py": 'KIND = "loud"\n\n\ndef page(request):\n    """/desk/: a page."""\n    return "base.html"',
}


@pytest.fixture(scope="module")
def problems():
    spec = spec_from_file_location("check_templates", ROOT / ".ci" / "check_templates.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.problems


def found_in(problems, folder, changed=()):
    for name, text in (WHOLE | dict(changed)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(problems(folder))


def test_a_tree_without_fault_gives_no_line(problems, tmp_path):
    assert found_in(problems, tmp_path) == []


def test_the_project_has_no_fault(problems):
    assert list(problems(ROOT)) == []


@pytest.mark.parametrize(
    ("name", "added", "problem"),
    [
        ("templates/part.html", "\n" + "x" * 141, "part.html:2: the line has 141 characters, 140 are the most"),
        ("newsroom/static/site.css", "\n/*" + "x" * 140, "site.css:4: the line has 142 characters, 140 are the most"),
        ("newsroom/static/page.js", "\n//" + "x" * 139, "page.js:2: the line has 141 characters, 140 are the most"),
        (
            "templates/part.html",
            '\n<a href="/latest/">x</a>',
            'part.html:2: "/latest/ is an address written by hand',
        ),
        ("templates/part.html", '<a href="/">x</a>', 'part.html:1: href="/ is an address written by hand'),
        (
            "newsroom/static/page.js",
            "\nfetch(`/desk/${pk}/`);",
            "page.js:2: `/desk/${pk}/ is an address written by hand",
        ),
        (
            "articles/views.py",
            '\nHOME = f"/desk/{1}/"',
            'articles/views.py:7: "/desk/{1}/ is an address written by hand',
        ),
        ("templates/part.html", '<b class="zebra"></b>', "part.html: no style sheet knows the class zebra"),
        ("templates/part.html", '<b class="zebra-{{ x }}"></b>', "part.html: no style sheet knows the class zebra-"),
        ("newsroom/static/page.js", '\nbox.className = "zebra";', "page.js: no style sheet knows the class zebra"),
        ("newsroom/static/site.css", "\n.zebra { top: 0; }", "nothing uses the class zebra of the style sheets"),
        ("newsroom/static/site.css", "\n.open { --zebra: 1; }", "nothing uses the custom property --zebra"),
        (
            "newsroom/static/site.css",
            "\n.open { top: var(--zebra); }",
            "the custom property --zebra is defined nowhere",
        ),
        ("templates/zebra.html", "x", "zebra.html: nothing includes this template"),
        (
            "templates/part.html",
            "{% partialdef zebra %}x{% endpartialdef %}",
            "part.html: nothing includes the partial zebra",
        ),
        ("templates/part.html", "{% partial zebra %}", "part.html: the partial zebra is not defined"),
        ("templates/part.html", '{% include "zebra.html" %}', "zebra.html is included, but is not there"),
        ("templates/part.html", '{% include "part.html#zebra" %}', "part.html#zebra is included, but is not there"),
    ],
)
def test_each_kind_of_fault_is_named(problems, tmp_path, name, added, problem):
    assert found_in(problems, tmp_path, {name: WHOLE.get(name, "") + added}) == [problem]
