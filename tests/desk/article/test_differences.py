import pytest

from articles.history.diff import differences


def compared(before, after):
    (difference,) = differences({"title": [before, after]})
    return difference.before, difference.after


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("A quiet town", "A quiet city", ([("A quiet", False), ("town", True)], [("A quiet", False), ("city", True)])),
        ("", "New", ([], [("New", True)])),
        (1, 2, ([("1", True)], [("2", True)])),
        (False, True, ([("no", True)], [("yes", True)])),
        (None, ["a"], ([], [("a", True)])),
        (["a", "b"], ["b", "c"], ([("a", True), ("b", False)], [("b", False), ("c", True)])),
    ],
)
def test_only_what_differs_is_marked(before, after, shown):
    assert compared(before, after) == shown


def test_of_a_link_that_stays_what_differs_is_told():
    link = {"url": "https://r.example/", "title": "A link", "quality": 1, "hidden": False}

    assert compared([link], [link | {"quality": 5}]) == (
        [("A link · quality: 1", True)],
        [("A link · quality: 5", True)],
    )


def test_what_is_the_same_between_two_differences_is_cut_short():
    words = " ".join(str(n) for n in range(100))

    before, _ = compared(f"a {words}", f"b {words}")

    assert before == [("a", True), ("0 1 2 3 4 5 6 7 8 9 10 11 … 88 89 90 91 92 93 94 95 96 97 98 99", False)]


def test_a_text_too_long_to_compare_is_shown_from_its_beginning():
    before, after = compared("word " * 1000, "other " * 1000)

    assert [len(part) <= 601 for (part, _) in [*before, *after]] == [True, True]
