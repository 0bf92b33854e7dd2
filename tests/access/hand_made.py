"""Requests that no page of ours sends: forms of real pages with wrong values, lookups, and bodies that are no forms."""

from functools import cache
from random import Random
from typing import NamedTuple
from urllib.parse import quote_plus, urljoin

from django.apps import apps
from lxml import html

from tests.access.routes import LINES, MODELS
from tests.access.visitors import TOKEN

NAMES = """
    part next version item rows q list at reason note field names keep to of heat quality notes why action selected all
    picks filter shown after before page order state words provider topic type day claimed assigned person verb article
    since until run batch channel e o p _popup _to_field _facets extra__a source__contains secured__x related__pk__in
    term app_label model_name field_name publish_at expires_at title related-order related-pks related-0-url
    images-order last newest restore duplicate hold pinned keys digits query name form-TOTAL_FORMS form-0-id
    action_checkbox source__foo source__0__x topics__id__in index select_across post take leave directory below path
    related-tick related-sort related-kind related-words related-place image_links-TOTAL_FORMS
    image_links-INITIAL_FORMS image_links-0-id image_links-0-image _saveasnew _changelist_filters file format
""".split()
VALUES = [
    "", " ", "1", "-1", "0", "x", "1:1", "1:x", "9" * 19, "9" * 40, "1" + "0" * 30, "-" + "9" * 30, "1,2,x", "1.5",
    "{}", "[]", "null", '{"a": [1]}', "a\0b", "/desk/queue/?item=1", "//elsewhere.example/", "/desk/queue/?after=x",
    "2020-13-45", "0001-01-01T00:00", "9999-12-31", "0000", "😀" * 50, "%00", "' OR 1=1 --", '"', "\\", "../../etc",
    "inf", "nan", "1e400", "٣", "²", "True", "a" * 5000, "\ud800", "\uffff", "\x0b", "http://[", "https://x:99999/",
    "Article", "articles", "auth", "group", "user", "provider", "delete_selected", "on", "page-1", "1" * 5000,
]  # fmt: skip
LOOKUPS = """
    exact iexact contains icontains in gt lt startswith regex iregex range isnull year month date week_day hour foo 0 x
    id pk slug name has_key has_keys contained_by written begins username password source secured
""".split()
LOOKED_FOR = ["", "a", "1", "a,b", "[", "(", "{}", "9" * 30, "a\0b", "True", "2020-01-01", "'", "\ud800"]
AUTOCOMPLETE = {
    "app_label": ["articles", "auth", "providers", "x", "", "a\0"],
    "model_name": ["article", "topic", "user", "articletopic", "x", "", "provider"],
    "field_name": ["provider", "parent", "image", "groups", "id", "title", "x", "", "duplicate_of"],
    "term": ["", "a", "a\0b", "\ud800", "9" * 40, "'"],
    "page": ["", "1", "0", "-1", "x", "9" * 30, "1" * 5000],
}
ACTIONS = {
    "action": ["delete_selected", "publish_selected", "fetch_again", "", "x", "a\0"],
    "_selected_action": ["", "1", "x", "9" * 40, "a\0b", "\ud800", "-1"],
    "index": ["", "0", "-1", "5", "x", "9" * 30],
    "select_across": ["", "0", "1", "x"],
    "post": ["yes", ""],
}
BODIES = [
    ("application/json", b'{"a": 1}'), ("application/json", b"{"),
    ("application/json", b"\xff\xfe"), ("text/plain", b"x"),
    ("application/x-www-form-urlencoded", b"%ED%A0%80=%FF&a=%"),
    ("application/x-www-form-urlencoded", b"\xff\xfe=\x00"),
    ("application/x-www-form-urlencoded; charset=nowhere", b"a=b"), ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=", b"--\r\n"), ("multipart/form-data; boundary=x", b"--y\r\n\r\na"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
    ("multipart/form-data; boundary=x",
     b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00/../a"\r\n\r\nb'),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x--"), ("", b"a=b"), ("application/xml", b"<a/>"),
    ("multipart/form-data; boundary=x",
     b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--'),
]  # fmt: skip
STAFF = [name for name in LINES if name.startswith(("desk", "admin"))]
LISTS = [f"admin:{model}_changelist" for model in MODELS]


class Request(NamedTuple):
    method: str
    address: str
    body: bytes = b""
    content_type: str = ""


def encoded(pairs: list[tuple[str, str]]) -> str:
    """Lone surrogates go as the bytes that UTF-8 forbids."""
    return "&".join("=".join(quote_plus(part, errors="surrogatepass") for part in pair) for pair in pairs)


def some(random: Random, choices: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Names with one of their values; some are missing, some stand twice."""
    return [
        (name, random.choice(values)) for name, values in choices.items() for _ in range(random.choice([0, 1, 1, 1, 2]))
    ]


def unknown(random: Random) -> list[tuple[str, str]]:
    return [(random.choice(NAMES), random.choice(VALUES)) for _ in range(random.randint(0, 5))]


def spoiled(random: Random, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields of a form, of which a few are missing, repeated, or say something else."""
    result = []
    for name, value in pairs:
        match random.randint(0, max(9, len(pairs) // 2)):
            case 0:
                continue
            case 1:
                result += [(name, value), (name, random.choice(VALUES))]
            case 2 | 3:
                result.append((name, random.choice(VALUES)))
            case _:
                result.append((name, value))
    return result


@cache
def columns(model: str) -> tuple[str, ...]:
    return tuple(field.name for field in apps.get_model(*model.rsplit("_", 1))._meta.get_fields())


def looked_up(random: Random, name: str) -> list[tuple[str, str]]:
    """Parameters of a list of the admin: lookups of columns, relations and JSON; order, page, facets and pop-ups."""
    model = name.removeprefix("admin:").removesuffix("_changelist")
    paths = ["__".join([random.choice(columns(model)), *random.choices(LOOKUPS, k=random.randint(0, 3))])]
    if random.random() < 0.5:
        paths += random.choices(["o", "p", "q", "e", "all", "_facets", "_to_field", "_popup", "our_copy"], k=2)
    return [(path, random.choice(LOOKED_FOR + VALUES)) for path in paths]


class HandMade:
    """Makes requests of a role. The forms that pages show are read once, and sent with other values."""

    def __init__(self, visitors):
        self.visitors, self.forms = visitors, {}

    def forms_of(self, role: str, name: str) -> list[tuple[str, list[tuple[str, str]]]]:
        if (role, name) not in self.forms:
            address = self.visitors.address(name, role)
            answer = self.visitors.ask(role, "GET", address)
            is_page = answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")
            page = html.fromstring(answer.body) if is_page and answer.body.strip() else None
            self.forms[role, name] = [
                (urljoin(address, form.action or address), [pair for pair in form.form_values() if pair[0]])
                for form in (page.forms if page is not None else ())
                if form.method.upper() == "POST" and "logout" not in (form.action or "")
            ]
        return self.forms[role, name]

    def request(self, random: Random, role: str) -> Request:
        name = random.choice(STAFF)
        address = self.visitors.address(name, role)
        mark = "&" if "?" in address else "?"
        match random.randint(0, 9):
            case 0 | 1:
                return Request("GET", address + mark + encoded(unknown(random)))
            case 2:
                name = random.choice(LISTS)
                return Request("GET", self.visitors.address(name, role) + "?" + encoded(looked_up(random, name)))
            case 3:
                return Request("GET", "/admin/autocomplete/?" + encoded(some(random, AUTOCOMPLETE)))
            case 4:
                address = self.visitors.address(random.choice(LISTS), role)
                return self.form(address, some(random, ACTIONS) + unknown(random))
            case 5:
                content_type, body = random.choice(BODIES)
                return Request("POST", address, body, content_type)
            case 6 if hasattr(LINES[name], "data"):
                given = list(self.visitors.data(name, role).items())
                return self.form(address, spoiled(random, given) + unknown(random))
            case _ if forms := self.forms_of(role, name):
                address, pairs = random.choice(forms)
                return self.form(address, spoiled(random, pairs))
        return self.form(address, unknown(random))

    def form(self, address: str, pairs: list[tuple[str, str]]) -> Request:
        pairs = [*((name, value) for name, value in pairs if name != "csrfmiddlewaretoken")]
        body = encoded([*pairs, ("csrfmiddlewaretoken", TOKEN)]).encode()
        return Request("POST", address, body, "application/x-www-form-urlencoded")


def search(random: Random) -> str:
    """What somebody types into a search: words, quotes, operators, dates, and what is none of these."""
    pieces = [
        "article", "-article", '"', '"a b', "topic:", "provider:x", "type:news",
        "before:2020-01-01",
        "after:9999-99-99",
        "AND", "OR", "NOT", "NEAR(a b)", "a*", "*", "(", ")", "{", "^a", ":", "title:", "'", "''", "\\", "%", "_",
        "&", "|",
        "!", "<->", "\0", "\ud800", "\uffff", "\u202e", "😀", "日本", "ß", "İ", "-", "--", "- -", "1", "9" * 40,
        "#1", "/articles/",
        "http://", "https://x/", "http://[::1", "/admin/r/1/1/", "a" * 3000, "e\u0301", "\x0b", "²", "٣",
    ]  # fmt: skip
    return random.choice([" ", ""]).join(random.choices(pieces, k=random.randint(1, 12)))
