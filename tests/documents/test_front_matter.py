import pytest

from articles.documents import front_matter as documents
from articles.documents.messages import Rejected
from articles.documents.parse import record_from


def refusal(raw: bytes | str, path: str = "a.md") -> str:
    with pytest.raises(Rejected) as caught:
        documents.parse_document(raw.encode() if isinstance(raw, str) else raw, path)
    return str(caught.value.message)


def test_a_document_gives_its_fields_and_its_body_to_the_byte():
    document = documents.parse_document(b"---\r\ntitle: A\r\n---\r\n\r\nBody \r\n")

    assert (document.front, document.body) == ({"title": "A"}, "\r\nBody \r\n")


def test_a_byte_order_mark_hides_nothing():
    document = documents.parse_document("\ufeff---\ntitle: A\n---\n".encode())

    assert document.front == {"title": "A"}


def test_a_yaml_file_may_be_a_bare_mapping():
    assert documents.parse_document(b"name: A\n", "a.yaml").front == {"name": "A"}
    assert refusal("name: A\n", "a.md") == "1: does not open with a line ---"


def test_a_line_of_dashes_in_the_body_is_body():
    document = documents.parse_document(b"---\ntitle: A\n---\none\n---\ntwo\n")

    assert document.body == "one\n---\ntwo\n"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "1: does not open with a line ---"),
        (b"title: A\n", "1: does not open with a line ---"),
        (b"---\ntitle: A\n", "1: the front matter is not closed by a line ---"),
        (b"---", "1: the front matter is not closed by a line ---"),
        (b"---\ntitle: \xff\n---\n", "2: is not UTF-8: byte 0xff"),
        ("---\ntitle: A\n---\n".encode("utf-16"), "1: is not UTF-8: byte 0xff"),
        (b"---\na: 1\nb: \x00\n---\n", "3: holds the control character U+0000"),
        (b"---\na: 1\n---\nbody\x0b\n", "4: holds the control character U+000B"),
        ("---\na: x\x85y\n---\n".encode(), "2: holds the control character U+0085"),
        ("---\na: x\u202ey\n---\n".encode(), "2: holds the control character U+202E"),
        (b'---\na: 1\nb: "\\u0000"\n---\n', "3: b: holds the control character U+0000"),
        (b'---\na: 1\nb: [x, "\\x07"]\n---\n', "3: b.1: holds the control character U+0007"),
        (b"---\na: 1\na: 2\n---\n", "3: the key 'a' stands twice"),
        (b"---\nx:\n  a: 1\n  a: 2\n---\n", "the key 'a' stands twice"),
        (b"---\na: &x 1\n---\n", "2: anchors and aliases are not taken"),
        (b"---\nb: 1\na: *x\n---\n", "unknown anchor"),
        (b"---\na: !!str 12\n---\n", "2: the tag 'tag:yaml.org,2002:str' is not taken"),
        (b"---\nb: 1\na: !!python/object:os.system x\n---\n", "3: the tag 'tag:yaml.org,2002:python/object:os.system'"),
        (b"---\na: !custom x\n---\n", "2: the tag '!custom' is not taken"),
        (b"---\n- 1\n---\n", "2: is not a mapping of fields"),
        (b"---\n\n---\n", "2: is not a mapping of fields"),
        (b"---\n1: x\n---\n", "2: the key 1 is not text"),
        (b"---\n? [a]\n: x\n---\n", "a key is not text"),
        (b"---\na: b: c\n---\n", "2: is not valid YAML: mapping values are not allowed in this context"),
        (b'---\na: "open\n---\n', "is not valid YAML: found unexpected end of stream"),
        (b"---\na: " + b"[" * 30_000 + b"\n---\n", "2: is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(raw, message):
    assert message in refusal(raw)


@pytest.mark.parametrize(
    "raw",
    ["---\nname: A\n", "---\nname: A\n...\n", "--- # x\nname: A\n", "# x\n---\nname: A", "---\r\nname: A\r\n---\r\n",
     "---\nname: A\n---\nbody\n", "\ufeff---\nname: A\n"],
)  # fmt: skip
def test_a_yaml_file_may_begin_as_a_yaml_document(raw):
    document = documents.parse_document(raw.encode(), "a.YAML")

    assert document.front == {"name": "A"}
    assert document.line_of("name") == raw.split("name")[0].count("\n") + 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_no_difference(end):
    document = documents.parse_document("---\na: |\n  One\n  two\n---\nFirst\n\nsecond\n".replace("\n", end).encode())

    assert (document.front, document.text) == ({"a": "One\ntwo\n"}, "First\n\nsecond\n")


@pytest.mark.parametrize(
    ("yaml", "text", "lost"),
    [
        (r'"\ud83d\ude00"', "😀", 0),
        (r'"a \uD83D\uDE00\ud83d\ude01 b"', "a 😀😁 b", 0),
        (r'"\\\ud83d\ude00"', "\\😀", 0),
        (r'"\ud83d"', "\ufffd", 1),
        (r'"\ude00\ud83d x"', "\ufffd\ufffd x", 2),
        (r'"\ud83d\n\ude00"', "\ufffd\n\ufffd", 2),
        (r'"\\ud83d\\ude00"', r"\ud83d\ude00", 0),
        (r"'\ud83d\ude00'", r"\ud83d\ude00", 0),
        (r"\ud83d\ude00", r"\ud83d\ude00", 0),
    ],
)
def test_halves_of_characters_are_put_together(yaml, text, lost):
    document = documents.parse_document(f"---\nb: 1\na: {yaml}\n---\n".encode())

    assert document.front["a"] == text
    assert [str(message) for message in document.warnings] == ["3: holds half of a character: shown as \ufffd"] * lost


def test_a_number_of_any_length_stops_no_document():
    document = documents.parse_document(b"---\na: 99999999999999999999999\nb: [1, -12345678901234567890123]\n---\n")

    assert document.front == {"a": "99999999999999999999999", "b": [1, "-12345678901234567890123"]}


@pytest.mark.parametrize(
    "payload",
    [
        "!SECRET x", "&SECRET x", "*SECRET", '"SECRET', '"SECRET" SECRET', "{SECRET: 1, SECRET: 2}", "[SECRET",
        "a: SECRET",
        "\n  - SECRET: 1\n    SECRET: 2", "{[SECRET]: 1}", "@SECRET", "%SECRET", "`SECRET", '"\\SECRET"', '"\\uSECRET"',
        "'SECRET' x", "|SECRET", "{<<: *SECRET}", "!!binary SECRET", "99999999999999999999999SECRET: 1",
    ],
)  # fmt: skip
def test_a_malformed_payload_is_never_quoted(payload):
    with pytest.raises(Rejected) as caught:
        record_from(documents.parse_document(f"---\ntitle: A\nsecured: {payload}\n---\n".encode()), "a.md")

    assert "SECRET" not in str(caught.value.message)


def test_stars_and_ampersands_in_text_are_no_aliases():
    document = documents.parse_document(b'---\na: "see *this* &that !now"\nb: AT&T rocks!\nc: x * y\n---\n')

    assert document.front == {"a": "see *this* &that !now", "b": "AT&T rocks!", "c": "x * y"}


def test_a_line_is_found_for_a_field_deep_inside():
    document = documents.parse_document(b"---\ntitle: A\nrelated:\n  - url: x\n  - title: B\n    url: y\n---\n")

    assert document.line_of("related", 1, "url") == 6
    assert document.line_of("related", 1, "absent") == 5
    assert document.line_of("absent") == 2
