import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.public.bodies import ALLOWED_ELEMENTS, html_of, player_of

REL = 'rel="noopener nofollow external"'
TABLE = """<table>
<thead>
<tr>
<th>a</th>
</tr>
</thead>
<tbody>
<tr>
<td>1</td>
</tr>
</tbody>
</table>"""
YOUTUBE = "https://www.youtube-nocookie.com/embed/2EXSdJw1TEY"


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("\r\n \n", ""),
        ("Plain *words*.", "<p>Plain <em>words</em>.</p>"),
        ("# Title\n\n- a\n- b", "<h3>Title</h3>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("| a |\n|---|\n| 1 |", TABLE),
        ("1 < 2 <b>bold</b>", "<p>1 &lt; 2 &lt;b&gt;bold&lt;/b&gt;</p>"),
        ("<p>From a <span style='x'>forum</span>.</p>", "<p>From a forum.</p>"),
        ("<h1>A</h1><p>b</p>", "<h3>A</h3><p>b</p>"),
        ("<p>&nbsp;</p>\n<p><img src=https://x.example/a.png></p>", ""),
        ("<html><head><title>No</title><style>p{}</style></head><body><p>Mail</p></body></html>", "<p>Mail</p>"),
        ("[link](https://a.example/ 'T')", f'<p><a href="https://a.example/" title="T" {REL}>link</a></p>'),
        ("[link](javascript:alert(1))", "<p>[link](javascript:alert(1))</p>"),
        ("<p><a href='/here'>x</a></p>", f"<p><a {REL}>x</a></p>"),
        ("<p><a href='javascript:alert(1)'>x</a></p>", f"<p><a {REL}>x</a></p>"),
        ("A ![b *c*](https://a.example/a.png 'T') d", f'<p>A <a href="https://a.example/a.png" {REL}>b c</a> d</p>'),
        ("![](https://a.example/a.png)", f'<p><a href="https://a.example/a.png" {REL}>https://a.example/a.png</a></p>'),
        ("[![alt](https://a.example/a.png)](https://b.example/)", f'<p><a href="https://b.example/" {REL}>alt</a></p>'),
        ("![alt][1]\n\n[1]: https://a.example/a.png", f'<p><a href="https://a.example/a.png" {REL}>alt</a></p>'),
        ("wow![alt](javascript:x)", "<p>wow![alt](javascript:x)</p>"),
        ("One\n\n<!--more-->\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\n<!-- a\n\nb -->\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One <!-- a\nb --> two<!--->", "<p>One  two</p>"),
        ("- a\n\n  <!-- b -->\n- c", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>c</p>\n</li>\n</ul>"),
        ("`<!-- code -->`", "<p><code>&lt;!-- code --&gt;</code></p>"),
        ("    <!-- code -->", "<pre><code>&lt;!-- code --&gt;\n</code></pre>"),
        ("<!-- never closed\n\ntext", "<p>&lt;!-- never closed</p>\n<p>text</p>"),
        ("<!-- only -->", ""),
        ("<!-- a --> <!-- b -->\n<p>c</p>", "<p>c</p>"),
        ("\ufeff<p>a</p>", "<p>a</p>"),
        ("\ufeff# A", "<h3>A</h3>"),
        ("<?xml version='1.0'?><p>a</p>", "<p>a</p>"),
        ("<div class='x'>a</div><div>b</div>", "<div>a</div><div>b</div>"),
        ("<section>a</section><nav>b</nav><footer>c</footer>", "<div>a</div><div>b</div><div>c</div>"),
        ("<details open><summary>S</summary>D</details>", "<details><summary>S</summary>D</details>"),
    ],
)  # fmt: skip
def test_a_body_becomes_harmless_html(body, html):
    assert html_of(body) == html


@given(st.text() | st.text(alphabet="<>/='\" \nscriptonclickimgsvg[]()!#*`-&;").map("<p>{}".format))
def test_whatever_a_body_holds_only_known_elements_come_out(body):
    tree = html5lib.parseFragment(str(html_of(body)), namespaceHTMLElements=False)

    for element in tree.iter():
        if isinstance(element.tag, str) and element is not tree:
            assert element.tag in ALLOWED_ELEMENTS | {"colgroup"}
            assert not any(name.startswith("on") or name in ("style", "src", "id") for name in element.attrib)
            assert element.get("href", "http:").split(":")[0].lower() in ("http", "https", "mailto") or ":" not in (
                element.get("href", "")
            )


@pytest.mark.parametrize(
    ("featured", "src"),
    [
        (f'<iframe width="800" src="{YOUTUBE.replace("-nocookie", "")}" allowfullscreen></iframe>', YOUTUBE),
        ("https://youtu.be/2EXSdJw1TEY?t=3", YOUTUBE),
        ("https://www.youtube.com/watch?v=2EXSdJw1TEY&list=x", YOUTUBE),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
    ],
)
def test_a_film_of_a_known_host_gets_its_player_built_anew(featured, src):
    player = player_of(featured)

    assert player
    assert player.src == src


@pytest.mark.parametrize(
    "featured",
    [
        None, 7, "", "<p>text</p>", "<iframe>", '<iframe src="javascript:alert(1)">',
        '<iframe src="https://evil.example/embed/2EXSdJw1TEY">',
        '<iframe src="https://youtube.com.evil.example/embed/2EXSdJw1TEY">',
        '<iframe src="https://www.youtube.com@evil.example/embed/2EXSdJw1TEY">',
        '<iframe src="https://www.youtube.com/embed/2EXS&quot;onload=x">',
        '<iframe src="https://www.youtube.com/redirect/2EXSdJw1TEY">',
        "https://[::1", "javascript://youtube.com/embed/2EXSdJw1TEY",
    ],
)  # fmt: skip
def test_of_other_hosts_and_of_rubbish_nothing_is_embedded(featured):
    assert player_of(featured) is None
