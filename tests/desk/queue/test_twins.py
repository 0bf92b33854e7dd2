"""Two spellings of one link are possible duplicates: queue, page of the article and admin name them to each other."""

import pytest
from django.test import Client

from articles.importing.runs.run import import_documents
from articles.models import Article
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

URL = "https://news.example/caf%C3%A9/story"


@pytest.mark.parametrize(
    "other",
    [
        "http://news.example/caf%C3%A9/story",
        "https://www.news.example/caf%C3%A9/story",
        "https://news.example/caf%C3%A9/story/",
        "https://news.example/caf%c3%a9/story",
        "https://news.example/café/story",
        "http://www.news.example/caf%C3%A9/%73tory/",
    ],
)
@pytest.mark.parametrize("in_one_run", [True, False])
def test_twins_name_each_other_wherever_staff_decide(tmp_path, make_user, other, in_one_run):
    first, second = {"a.md": document(webUrl=URL, title="First")}, {"b.md": document(webUrl=other, title="Second")}
    for files in [first | second] if in_one_run else [first, second]:
        import_documents([write(tmp_path, files)])
    one, two = Article.objects.order_by("path")
    staff = Client()
    staff.force_login(make_user("superuser"))

    def titles(address) -> list[bool]:
        """Whether the page of each names the other one, by a link to it."""
        pages = [staff.get(address.format(article.pk)).text for article in (one, two)]
        return [
            f"/{pk}/" in page and title in page
            for page, pk, title in zip(pages, (two.pk, one.pk), ("Second", "First"), strict=True)
        ]

    assert (two.duplicate_of, two.queue) == (one, "duplicate")
    assert [item.pk for item in staff.get("/desk/queue/?reason=duplicate").context["page"].articles] == [two.pk]
    for article, twin in ((one, two), (two, one)):
        item = staff.get(f"/desk/queue/?item={article.pk}").context["item"]
        assert [like.article.pk for like in item.likes.all] == [twin.pk]
    assert titles("/desk/articles/{}/") == titles("/admin/articles/article/{}/change/") == [True, True]


def test_another_page_of_the_site_is_no_twin(tmp_path):
    urls = [URL, URL + "?page=2", URL + "/2", "https://other.example/caf%C3%A9/story", URL + "#/2"]
    import_documents([write(tmp_path, {f"{n}.md": document(webUrl=f'"{url}"') for n, url in enumerate(urls)})])

    assert Article.objects.filter(duplicate_of=None).count() == len(urls)
