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
        ("“Zürich”–Łódź", ["lodz"], "“Zürich”–<mark>Łódź</mark>"),
        ("हिन्दी समाचार", ["हिन्दी"], "<mark>हिन्दी</mark> समाचार"),
        ("مُحَمَّد صلاح", ["محمد"], "<mark>مُحَمَّد</mark> صلاح"),
        ("co\u00adop", ["coop"], "<mark>co\u00adop</mark>"),
        ("AI机器学习改变世界", ["学习", "世界"], "AI机器<mark>学习</mark>改变<mark>世界</mark>"),
        ("서울에서 열린", ["서울"], "<mark>서울</mark>에서 열린"),
    ],
)
def test_the_words_are_marked_and_the_rest_is_escaped(text, words, html):
    assert mark(text, words) == html
