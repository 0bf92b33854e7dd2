"""An earlier document that is read by what it shares with the next one says what it says when it is read whole."""

from hypothesis import given
from hypothesis import strategies as st

from articles.documents.earlier import record_before, related_items
from articles.documents.front_matter import parse_document
from articles.documents.parse import record_from

LINKS = [
    ["title: A", "webUrl: https://a.example/"],
    ["webUrl: https://b.example/", "title: 'B'", "provider:", "  name: B", "  domain: b.example"],
    ['title: "C: c"', "webUrl: https://c.example/", "images:", "  - url: https://c.example/c.png", "    width: 5"],
    ["webUrl: https://d.example/", "excerpt: |-", "  - no item", "  and more"],
    ["webUrl: https://e.example/", 'excerpt: "two', '  lines"'],
    ["title: no link"],
    ["webUrl: https://a.example/", "title: again"],
    ["# a remark", "webUrl: https://f.example/"],
]
TAILS = ["", "quality: 7\n", "secured: x\nrelated_to: y\n", "# the end\n"]


def _document(links, tail, indent, newline, body) -> bytes:
    lines = ["---", "title: T", "webUrl: https://news.example/", "publishedDateTime: 2021-01-01T00:00:00Z"]
    lines += ["related:"] if links else []
    for link in links:
        lines += [f"{indent}{'- ' if n == 0 else '  '}{line}" for n, line in enumerate(link)]
    text = "\n".join([*lines, ""]) + tail + "---\n" + body
    return text.replace("\n", newline).encode()


documents = st.builds(
    _document,
    st.lists(st.sampled_from(LINKS), max_size=6),
    st.sampled_from(TAILS),
    st.sampled_from(["", "  ", "    "]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "related:\n  - title: no front matter\n"]),
)


def _record(raw: bytes):
    return record_from(parse_document(raw, "a.md"), "a.md")[0]


@given(documents, documents)
def test_what_is_read_is_what_the_whole_document_says(earlier, following):
    assert record_before(earlier, "a.md", following, _record(following)) == _record(earlier)


def test_the_links_that_both_have_are_the_same_objects():
    earlier, following = (_document(links, "", "  ", "\n", "") for links in (LINKS[:2], LINKS[:3]))
    record = _record(following)

    before = record_before(earlier, "a.md", following, record)

    assert [id(link) for link in before.related] == [id(link) for link in record.related[:2]]


def test_the_items_of_a_list_are_told_apart():
    items = related_items(_document(LINKS[:3], "", "  ", "\n", "").decode())

    assert [item.split("\n")[0] for item in items.texts] == [
        "  - title: A", "  - webUrl: https://b.example/", "  - title: \"C: c\"",
    ]  # fmt: skip
