"""What the list shows, and in how many queries."""

from tests.admin.article_list.rows import LIST
from tests.factories import make_article, make_image, make_provider, make_topic

LIST_QUERIES = 11


def queries_of(client, django_assert_num_queries, number: int) -> None:
    with django_assert_num_queries(number) as captured:
        assert client.get(LIST).status_code == 200
    sql = " ".join(query["sql"] for query in captured)
    assert [name for name in ("secured", "source", "body") if f'"articles_article"."{name}"' in sql] == []


def test_list_takes_as_many_queries_for_fifty_rows_as_for_one(desk, django_assert_num_queries):
    topics = [make_topic() for _ in range(3)]
    make_article(topics=topics, images=[make_image()], published=True)
    queries_of(desk, django_assert_num_queries, LIST_QUERIES)
    for _ in range(49):
        make_article(topics=topics, images=[make_image()], provider=make_provider(), published=True)

    queries_of(desk, django_assert_num_queries, LIST_QUERIES)


def test_list_links_to_our_page_only_where_readers_see_it(desk):
    visible = make_article(published=True)
    hidden = make_article()

    text = desk.get(LIST).text

    assert (visible.get_absolute_url() in text, hidden.get_absolute_url() in text) == (True, False)
    assert f'href="{hidden.web_url}" rel="noopener noreferrer"' in text


def test_list_never_shows_what_is_secured(desk):
    make_article(secured="c2VjcmV0;aXY=")

    assert "c2VjcmV0" not in desk.get(LIST).text
