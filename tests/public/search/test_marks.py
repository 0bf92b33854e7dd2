"""The words that were looked for are marked in the text that was found."""

import pytest

from articles.public.search.marks import mark


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("The tram stops", ["tram"], "The <mark>tram</mark> stops"),
        ("Trams stopped", ["tram", "stop"], "<mark>Trams stopped</mark>"),
        ("Zürich’s quay", ["zurich"], "<mark>Zürich</mark>’s quay"),
        ("policing the police", ["police"], "<mark>policing</mark> the <mark>police</mark>"),
        ("technology", ["technologies"], "<mark>technology</mark>"),
        ("<b>tram</b> & co", ["tram", "b"], "&lt;<mark>b</mark>&gt;<mark>tram</mark>&lt;/<mark>b</mark>&gt; &amp; co"),
        (
            '"><script>alert(1)</script>',
            ["script"],
            "&quot;&gt;&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ("amp & amp", ["amp"], "<mark>amp</mark> &amp; <mark>amp</mark>"),
        ("nothing", [], "nothing"),
    ],
)
def test_the_words_are_marked_and_the_rest_is_escaped(text, words, html):
    assert mark(text, words) == html
