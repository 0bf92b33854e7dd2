"""The texts of an article's images in its form."""

from articles import moderation
from articles.models import Article, ArticleImage, Event
from tests.admin.article_form.page import address, fields_of
from tests.factories import make_article, make_image


def captions(article) -> list[tuple[str, str]]:
    return list(article.image_links.values_list("title", "attribution"))


def test_a_form_that_was_not_touched_keeps_texts_as_documents_write_them(desk):
    said = {"title": " Two\r\nlines ", "attribution": "\nx"}
    article = make_article(images=[(make_image(title="Of the image"), said), make_image()])

    response = desk.post(address(article), fields_of(desk.get(address(article))))

    assert (response.status_code, Event.objects.exists()) == (302, False)
    assert captions(article) == [(" Two\r\nlines ", "\nx"), ("", "")]


def test_texts_are_saved_for_this_article_only_and_others_stay_as_they_are(desk):
    image = make_image()
    said = {"title": "Old", "attribution": " x\r\ny"}
    article, other = make_article(images=[(image, said)]), make_article(images=[(image, said)])
    sent = fields_of(desk.get(address(article)))

    response = desk.post(address(article), sent | {"image_links-0-title": "New\r\ntext"})

    assert response.status_code == 302
    assert (captions(article), captions(other)) == ([("New\ntext", " x\r\ny")], [("Old", " x\r\ny")])
    assert Event.objects.get().after == {"images": [{"url": image.url, "title": "New\ntext", "attribution": " x\r\ny"}]}


def test_a_control_character_is_refused_and_the_form_is_given_back(desk):
    article = make_article(images=[make_image()])
    sent = fields_of(desk.get(address(article)))

    page = desk.post(address(article), sent | {"image_links-0-title": "a\x0bb"})

    assert (page.status_code, "control character" in page.text) == (422, True)
    assert captions(article) == [("", "")]


def test_a_text_that_a_colleague_changed_too_is_shown_in_three_values(desk, other):
    image = make_image()
    article = make_article(images=[(image, {"title": "Old"})])
    sent = fields_of(desk.get(address(article)))
    theirs = ArticleImage(image=image, title="Theirs")
    moderation.edit(article, by=other, version=1, images=[theirs])

    page = desk.post(address(article), sent | {"image_links-0-title": "Mine"})

    [clash] = page.context["conflict"].clashes
    values = (clash.seen_value, clash.current_value, clash.typed)
    assert (page.status_code, values) == (409, tuple(f"{text} · {image.url}" for text in ("Old", "Theirs", "Mine")))
    assert captions(article) == [("Theirs", "")]
    desk.post(address(article), fields_of(page))
    assert captions(Article.objects.get()) == [("Mine", "")]


def test_a_text_that_only_a_colleague_changed_is_taken_over(desk, other):
    image = make_image()
    article = make_article(images=[image])
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, images=[ArticleImage(image=image, attribution="Ann")])

    page = desk.post(address(article), sent | {"title": "Mine"})
    response = desk.post(address(article), fields_of(page))

    assert (page.status_code, response.status_code) == (409, 302)
    article.refresh_from_db()
    assert (article.title, captions(article)) == ("Mine", [("", "Ann")])
