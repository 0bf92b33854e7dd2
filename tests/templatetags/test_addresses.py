import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, clear_script_prefix, set_script_prefix


def shown(text: str, **values) -> str:
    return Template(text).render(Context(values))


@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ("{% url 'latest' %}", "/latest/"),
        ("{% url 'front_feed' 'rss' %}", "/feed.rss"),
        ("{% url 'topic' slug %}", "/topics/power/"),
        ("{% url name %}", "/providers/"),
        ("{% url 'topic' slug=slug %}", "/topics/power/"),
        ("{% url 'latest' as here %}[{{ here }}]", "[/latest/]"),
        ("{% url 'admin:index' %}", "/admin/"),
    ],
)
def test_an_address_is_that_of_its_name_each_time(tag, address):
    assert [shown(tag, slug="power", name="providers") for _ in range(3)] == [address] * 3


def test_an_address_follows_the_prefix_of_the_request():
    before = shown("{% url 'latest' %}")
    set_script_prefix("/below/")
    try:
        assert shown("{% url 'latest' %}") == "/below/latest/"
    finally:
        clear_script_prefix()
    assert shown("{% url 'latest' %}") == before == "/latest/"


def test_an_unknown_name_is_an_error_and_not_an_empty_address():
    with pytest.raises(NoReverseMatch):
        shown("{% url 'nonsense' %}")
