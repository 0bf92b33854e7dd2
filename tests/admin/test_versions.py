"""Forms of topics, providers, pictures and reasons on a stale version, and what the log says of the others."""

import pytest
from django.urls import reverse

from articles.models import KeptEvent, Reason, Topic, TopicImage
from articles.vocabulary.writer import Kind, change, logged
from providers.models import Provider
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db

NO_IMAGES = {"image_links-TOTAL_FORMS": 0, "image_links-INITIAL_FORMS": 0}


def make_reason() -> Reason:
    return Reason.objects.create(slug="tone", label="Tone", position=9)


def make_ai() -> Topic:
    return make_topic("AI", slug="ai")


def make_a() -> Provider:
    return make_provider(name="A")


# Of each kind: a row; what the form holds; a field of texts; another field with what a colleague makes of it.
KINDS = {
    Kind.TOPIC: (make_ai, {"name": "AI", "slug": "ai"} | NO_IMAGES, "short_name", "slug", "ki"),
    Kind.PROVIDER: (make_a, {"name": "A", "trust": "0"} | NO_IMAGES, "description", "trust", 1),
    Kind.IMAGE: (make_image, {"width": "1200", "height": "630"}, "attribution", "width", 7),
    Kind.REASON: (make_reason, {"slug": "tone", "position": "9", "active": "on"}, "label", "position", 8),
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", KINDS)


def page_of(kept) -> str:
    return reverse(f"admin:{kept._meta.app_label}_{kept._meta.model_name}_change", args=[kept.pk])


def sent(kind, kept, **fields):
    form = KINDS[kind][1]
    return ({"url": kept.url} if kind == Kind.IMAGE else {}) | form | fields


@every_kind
def test_a_form_is_saved_with_its_version_and_logged(desk, editor, kind):
    kept = KINDS[kind][0]()
    text = KINDS[kind][2]
    before = getattr(kept, text)

    answer = desk.post(page_of(kept), sent(kind, kept, version=1, **{text: "Typed"}))

    assert answer.status_code == 302
    event = KeptEvent.objects.get()
    assert (event.kind, event.row, event.by, event.channel, event.version) == (kind, kept.pk, editor, "admin", 2)
    assert (event.before, event.after) == ({text: before}, {text: "Typed"})
    assert f'name="version" value="{2}"' in desk.get(page_of(kept)).text


@every_kind
def test_a_stale_form_comes_back_with_both_values(desk, other, kind):
    make, _, text, field, theirs = KINDS[kind]
    kept = make()
    change(kept, {text: "Theirs", field: theirs}, by=other, version=1)

    answer = desk.post(page_of(kept), sent(kind, kept, version=1, **{text: "Mine"}))

    assert answer.status_code == 409
    (clash,) = answer.context["conflict"].clashes
    assert (clash.name, clash.current_value, clash.typed, clash.event.by) == (text, "Theirs", "Mine", other)
    form = answer.context["adminform"].form
    # What was typed is kept; what only the colleague changed is what they made of it.
    assert (form[text].value(), form[field].value()) == ("Mine", str(theirs))
    assert 'name="version" value="2"' in answer.text
    assert getattr(type(kept).objects.get(pk=kept.pk), text) == "Theirs"


@every_kind
@pytest.mark.parametrize(("keep", "stays"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_choice_between_both_values_is_saved(desk, other, kind, keep, stays):
    make, _, text, *_ = KINDS[kind]
    kept = make()
    change(kept, {text: "Theirs"}, by=other, version=1)

    answer = desk.post(page_of(kept), sent(kind, kept, version=2, **{text: "Mine", f"use-{text}": keep}))

    assert answer.status_code == 302
    assert getattr(type(kept).objects.get(pk=kept.pk), text) == stays


@every_kind
def test_a_form_without_a_version_is_refused(desk, kind):
    kept = KINDS[kind][0]()

    answer = desk.post(page_of(kept), sent(kind, kept, **{KINDS[kind][2]: "Mine"}))

    assert answer.status_code == 422
    assert "does not say which version you saw" in answer.text
    assert KeptEvent.objects.count() == 0


@every_kind
def test_additions_and_deletions_are_logged(client, make_user, kind):
    client.force_login(make_user("superuser"))
    kept = KINDS[kind][0]()
    values = {name: value for name, value in logged(kept).items() if name != "images"}

    client.post(page_of(kept).replace("/change/", "/delete/"), {"post": "yes"})

    event = KeptEvent.objects.get()
    assert (event.verb, event.after) == ("delete", {})
    assert {name: event.before[name] for name in values} == values
    domain = {"domain": "new.example"} if kind == Kind.PROVIDER else {}
    name = {Kind.TOPIC: "name", Kind.PROVIDER: "name", Kind.IMAGE: "title", Kind.REASON: "label"}[kind]
    add = reverse(f"admin:{kept._meta.app_label}_{kept._meta.model_name}_add")
    assert client.post(add, sent(kind, kept, **domain, **{name: "Added"})).status_code == 302
    assert list(KeptEvent.objects.order_by("pk").values_list("verb", "title")) == [
        ("delete", event.title), ("create", "Added"),
    ]  # fmt: skip


def test_a_selection_that_is_deleted_is_logged_row_by_row(desk, editor):
    rows = [make_topic(), make_topic()]
    selected = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}

    desk.post(reverse("admin:articles_topic_changelist"), selected)

    assert KeptEvent.objects.filter(verb="delete", by=editor).count() == 2
    assert not Topic.objects.exists()


def pictures(*images, initial=()) -> dict[str, object]:
    """The rows of the list of pictures, in this order; `initial` are the places that are there."""
    rows: dict[str, object] = {"image_links-TOTAL_FORMS": len(images), "image_links-INITIAL_FORMS": len(initial)}
    for n, image in enumerate(images):
        rows |= {f"image_links-{n}-image": image.pk, f"image_links-{n}-position": n}
    for n, place in enumerate(initial):
        rows |= {f"image_links-{n}-id": place.pk}
    return rows


def test_pictures_of_a_topic_are_logged_in_their_order(desk):
    topic, one, two = make_topic("AI", slug="ai"), make_image(), make_image()

    desk.post(page_of(topic), sent(Kind.TOPIC, topic, version=1) | pictures(two, one))

    assert KeptEvent.objects.get().after == {"images": [two.url, one.url]}
    assert Topic.objects.get().version == 2


def test_a_stale_list_of_pictures_comes_back_with_both(desk, other):
    topic, one, two, three = make_topic("AI", slug="ai"), make_image(), make_image(), make_image()
    place = TopicImage.objects.create(topic=topic, image=one)
    change(topic, {"images": [two.url]}, by=other, version=1)

    answer = desk.post(page_of(topic), sent(Kind.TOPIC, topic, version=1) | pictures(one, three, initial=[place]))

    assert answer.status_code == 409
    (clash,) = answer.context["conflict"].clashes
    assert (clash.name, clash.current_value, clash.typed) == ("images", two.url, f"{one.url}, {three.url}")
    typed = dict(answer.wsgi_request.POST.items())
    assert desk.post(page_of(topic), typed | {"use-images": "mine"}).status_code == 302
    assert logged(topic)["images"] == [one.url, three.url]


def test_pictures_that_nobody_touched_are_taken_from_the_colleague(desk, other):
    topic, one, two = make_topic("AI", slug="ai"), make_image(), make_image()
    place = TopicImage.objects.create(topic=topic, image=one)
    change(topic, {"images": [one.url, two.url]}, by=other, version=1)

    answer = desk.post(
        page_of(topic), sent(Kind.TOPIC, topic, version=1, short_name="A") | pictures(one, initial=[place])
    )

    assert (answer.status_code, answer.context["conflict"].taken) == (409, ["images"])
    typed = dict(answer.wsgi_request.POST.items())
    assert desk.post(page_of(topic), typed).status_code == 302
    assert (Topic.objects.get().short_name, logged(topic)["images"]) == ("A", [one.url, two.url])


def test_the_page_shows_its_history(desk, other):
    topic = make_topic("AI")
    change(topic, {"short_name": "Short"}, by=other, version=1)

    page = desk.get(page_of(topic))

    assert [event.title for event in page.context["history"]] == ["AI"]
    assert "colleague</strong>" in page.text
    log = f"{reverse('desk_log_kept')}?kind=topic&row={topic.pk}"
    assert log.replace("&", "&amp;") in page.text
    assert [event.row for event in desk.get(log).context["events"]] == [topic.pk]


def test_the_domain_of_a_provider_is_renamed_at_the_desk_only(desk):
    provider = make_provider(domain="a.example", name="A")

    desk.post(page_of(provider), sent(Kind.PROVIDER, provider, version=1, domain="b.example"))

    assert Provider.objects.get().domain == "a.example"


def test_a_merged_provider_is_offered_nowhere(desk):
    into = make_provider(domain="a.example", name="A")
    make_article(provider=into)
    make_provider(domain="b.example", name="B", merged_into=into)

    listed = desk.get(reverse("admin:providers_provider_changelist")).context["cl"].result_list
    asked = {"app_label": "articles", "model_name": "article", "field_name": "provider"}
    offered = desk.get(reverse("admin:autocomplete"), asked).json()["results"]

    assert [provider.domain for provider in listed] == ["a.example"]
    assert [option["text"] for option in offered] == ["A"]
