import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.links import MAX_BYTES, canonical, problem_with, repaired, twin_key

SAME = [
    ("https://example.org/a", "https://example.org/a"),
    ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
    ("https://example.org", "https://example.org/"),
    ("https://example.org?a=1", "https://example.org/?a=1"),
    ("https://example.org.", "https://example.org/"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("http://example.org:80/a", "http://example.org/a"),
    ("https://example.org/a#part", "https://example.org/a"),
    ("https://example.org/a?utm_source=x&id=1&fbclid=y", "https://example.org/a?id=1"),
    ("https://example.org/a?UTM_Source=x", "https://example.org/a"),
    ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
]
DIFFERENT = [
    "https://example.org:8443/a",
    "http://example.org:443/a",
    "http://example.org/a",
    "https://example.org/a/",
    "https://example.org/A",
    "https://example.org/a?b=2&a=1",
    "https://example.org/a?a=1&b=2",
    "https://example.org/%61",
    "https://example.org/a?utmost=1",
    "https://www.example.org/a",
]
LINKS = [
    "https://example.org/",
    "http://example.org:8080/a?b=c#d",
    "https://xn--mnchen-3ya.example/",
    "https://münchen.example/straße",
    "https://example.org/a(b)'c,d;e=f@g:h!$&*+~%20",
    "https://[2001:db8::1]/",
    "https://example.org/" + "a" * (MAX_BYTES - 20),
]
NO_LINKS = [
    "",
    " ",
    "example.org",
    "//example.org/",
    "/assets/logo.png",
    "ftp://example.org/",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://",
    "https:///path",
    "https://:443/",
    "https://user@example.org/",
    "https://user:password@example.org/",
    "https://example.org\\@evil.example/",
    "https://example.org/a b",
    "https://example.org/a\nb",
    " https://example.org/",
    "https://example.org/\x00",
    "https://exa\x00mple.org/",
    "https://example.org/\u202e",
    "https://example.org/\ud800",
    "https://example.org:99999/",
    "https://example.org:0/",
    "https://example.org:port/",
    "https://[::1/",
    "https://exa<b>mple.org/",
    "https://exam%70le.org/",
    'https://example.org/"onclick="x',
    "https://example.org/" + "a" * (MAX_BYTES - 19),
    "https://example.org/" + "ü" * (MAX_BYTES // 2),
]


@pytest.mark.parametrize(("url", "expected"), SAME)
def test_spellings_of_one_link_are_equal(url, expected):
    assert canonical(url) == expected


def test_different_links_stay_different():
    assert len({canonical(url) for url in DIFFERENT}) == len(DIFFERENT)


@pytest.mark.parametrize("url", LINKS)
def test_a_link_that_a_reader_can_follow_has_no_problem(url):
    assert problem_with(url) == ""


@pytest.mark.parametrize("url", NO_LINKS)
def test_what_no_reader_can_follow_is_told(url):
    assert problem_with(url).startswith("is ")


hosts = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,20}[A-Za-z0-9])?\.?", fullmatch=True) | st.text(
    st.characters(categories=["L", "N"]), min_size=1, max_size=10
)
urls = st.builds(
    "{}://{}{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "Https"]),
    hosts,
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    st.sampled_from(["", "/"]) | st.text(st.characters(exclude_characters="?#"), max_size=20).map("/".__add__),
    st.sampled_from(["", "?"]) | st.text(max_size=20).map("?utm_source=x&".__add__),
    st.sampled_from(["", "#"]) | st.text(max_size=20).map("#".__add__),
)


@given(urls | st.text())
def test_problem_with_answers_whatever_the_text(url):
    assert isinstance(problem_with(url), str)


@given(urls)
def test_the_canonical_form_of_a_link_is_a_link_and_its_own_canonical_form(url):
    if problem_with(url):
        return

    found = canonical(url)

    assert problem_with(found) == ""
    assert canonical(found) == found


fragments = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='<>"\\^`{|}'), max_size=20)


@given(urls, fragments)
def test_a_fragment_that_does_not_route_never_matters(url, fragment):
    url = url.partition("#")[0]
    if problem_with(url):
        return

    assert (canonical(f"{url}#{fragment}") == canonical(url)) == (not fragment.startswith(("/", "!")))


@pytest.mark.parametrize(
    ("url", "repaired_url"),
    [
        ("https://ex.example/a|b?c=d|e", "https://ex.example/a%7Cb?c=d%7Ce"),
        ("https://ex.example/My Photo|1.jpg", "https://ex.example/My%20Photo%7C1.jpg"),
        (" \u00a0\u200bhttps://ex.example/a\ufeff\n", "https://ex.example/a"),
        ("\thttps://ex.exa\nmple/a\tb\r\nc", "https://ex.example/abc"),
        ("https://ex.example/a\u2028/", "https://ex.example/a%E2%80%A8/"),
        ("https:/ex.example/a", "https://ex.example/a"),
        ("https:ex.example/a", "https://ex.example/a"),
        ("https:\\\\ex.example\\a", "https://ex.example/a"),
        ("HTTPS://EX.example/A", "https://ex.example/A"),
        ("https://bücher.example/ä?ö#ü", "https://xn--bcher-kva.example/%C3%A4?%C3%B6#%C3%BC"),
        ("https://faß.example", "https://xn--fa-hia.example/"),
        ('https://ex.example/"a"?q="b"', "https://ex.example/%22a%22?q=%22b%22"),
        ("https://ex.example/{a}^`?{b}^`\\", "https://ex.example/%7Ba%7D%5E%60?%7Bb%7D%5E%60%5C"),
        ("https://name:secret@ex.example/a", "https://ex.example/a"),
        ("https://ex.example\\@evil.example/", "https://ex.example/@evil.example/"),
    ],
)
def test_what_a_browser_repairs_is_repaired_as_it_does(url, repaired_url):
    assert repaired(url) == repaired_url


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "example.org", "//example.org/", "/a.png", "ftp://example.org/", "javascript:alert(1)",
        "data:text/html,x", "https://", "https://:443/", "https://a b/", "https://example.org:99999/",
        "https://example.org:0/", "https://[::1/", "https://exa<b>mple.org/", "https://xn--/",
        "https://example.org/\ud800", "https://ex.example/" + "a" * MAX_BYTES,
    ],
)  # fmt: skip
def test_what_no_browser_opens_is_refused(url):
    assert repaired(url) == ""


@given(urls | st.text())
def test_a_repaired_link_is_a_link_and_stays(url):
    found = repaired(url)

    if found:
        assert problem_with(found) == ""
        assert repaired(found) == found
        assert found.isascii()


@given(st.from_regex(r"https?://[a-z]{1,9}\.example(/[!$-;=@-Z_a-z~]{0,20})?", fullmatch=True))
def test_a_clean_link_is_not_touched(url):
    assert repaired(url) == url


def test_a_fragment_that_routes_belongs_to_the_address():
    assert canonical("https://spa.example/#/post/1") == "https://spa.example/#/post/1"
    assert canonical("https://spa.example/?utm_source=x#!post") == "https://spa.example/#!post"


@pytest.mark.parametrize(
    "twin",
    [
        "http://example.org/a/b?c=%7e",
        "https://www.example.org/a/b/?c=~",
        "https://example.org/%61/b?c=%7E",
        "HTTPS://EXAMPLE.org/a/b/?c=~&utm_source=x#part",
    ],
)
def test_twins_have_one_key(twin):
    assert twin_key(twin) == twin_key("https://example.org/a/b?c=~")


def test_a_letter_and_its_escape_are_twins():
    assert twin_key("https://example.org/ä%2fb") == twin_key("https://example.org/%c3%a4%2Fb")


def test_other_pages_are_no_twins():
    urls = ["https://e.org/a", "https://e.org/A", "https://e.org/a?b", "https://e.org/a%2Fb", "https://e.org/a/b", "https://w.e.org/a",
            "https://e.org/#/a", "https://e.org/#/b"]  # fmt: skip

    assert len({twin_key(url) for url in urls}) == len(urls)
