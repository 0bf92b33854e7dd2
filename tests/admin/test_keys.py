"""Forms of the admin that were sent by hand, with keys that no row can have."""

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group
from django.urls import reverse

from articles.models import Article, Event, Topic
from tests.factories import make_article, make_image, make_topic

pytestmark = pytest.mark.django_db
NO_KEYS = {"word": "x", "beyond 64 bits": "9" * 30, "null": "1\0", "foreign digits": "٣٣"}
no_keys = pytest.mark.parametrize("key", NO_KEYS.values(), ids=NO_KEYS.keys())


@pytest.fixture
def boss(client, make_user):
    user = make_user("superuser", username="boss")
    client.force_login(user)
    return user


def as_sent(page) -> dict[str, object]:
    """What a browser sends of a page of the admin that nobody has changed."""
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form]
    forms += [form for formset in formsets for form in (formset.management_form, *formset.forms)]
    sent = {"version": getattr(page.context["original"], "version", "")}
    for bound in (bound for form in forms for bound in form):
        value, widget = bound.value(), bound.field.widget
        if hasattr(widget, "widgets"):
            parts = widget.decompress(value)
            sent |= {f"{bound.html_name}_{number}": part or "" for number, part in enumerate(parts)}
        elif value is not None and value is not False:
            sent[bound.html_name] = value
    return sent


def errors(answer) -> list[str]:
    """The names of the fields that the page complains of."""
    names = [form.add_prefix(name) for form in [answer.context["adminform"].form] for name in form.errors]
    for inline in answer.context["inline_admin_formsets"]:
        names += [form.add_prefix(name) for form in inline.formset.forms for name in form.errors]
    return names


@no_keys
def test_an_articles_form_says_which_choices_are_none(client, boss, key):
    article = make_article(topics=[make_topic()], images=[make_image()])
    page = reverse("admin:articles_article_change", args=[article.pk])
    names = ["provider", "reason", "topic_links-0-topic", "image_links-0-image"]

    answer = client.post(page, as_sent(client.get(page)) | dict.fromkeys(names, key))

    assert (answer.status_code, sorted(errors(answer))) == (200, sorted(names))
    assert not Event.objects.exists()


@no_keys
@pytest.mark.parametrize("name", ["topic_links-0-id", "image_links-0-id", "related-0-id", "related-0-article"])
def test_a_row_of_an_article_with_no_key_of_its_own_changes_nothing(client, boss, name, key):
    article = make_article(topics=[make_topic()], images=[make_image()], related=[{}])
    page = reverse("admin:articles_article_change", args=[article.pk])

    answer = client.post(page, as_sent(client.get(page)) | {name: key})

    assert answer.status_code in (200, 302)
    assert not Event.objects.exists()


@no_keys
def test_the_forms_beside_articles_say_which_choice_is_none(client, boss, key):
    topic, provider = make_topic(), make_article().provider
    picture = {"image_links-TOTAL_FORMS": 1, "image_links-0-position": 0}
    pages = {
        ("articles_topic_change", topic.pk): {"parent": key},
        ("providers_provider_change", provider.pk): {**picture, "image_links-0-image": key},
        ("auth_user_change", boss.pk): {"groups": key},
        ("auth_group_change", Group.objects.first().pk): {"permissions": key},
    }

    for (name, pk), typed in pages.items():
        page = reverse(f"admin:{name}", args=[pk])
        answer = client.post(page, as_sent(client.get(page)) | typed)
        assert (answer.status_code, errors(answer)) == (200, [list(typed)[-1]]), name


@no_keys
def test_a_selection_of_no_key_selects_nothing(client, boss, key):
    article, topic = make_article(), make_topic()
    actions = [(model, "delete_selected") for model in admin.site._registry if model is not Article]
    actions += [(Article, f"{verb}_selected") for verb in ("publish", "reject", "score", "delete")]

    for model, action in actions:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.post(address, {"action": action, ACTION_CHECKBOX_NAME: [key]}, follow=True)
        assert answer.status_code == 200, model
        assert not answer.context["messages"] or "Items must be selected" in answer.content.decode(), model

    assert not Event.objects.exists()
    assert (Article.objects.get(), Topic.objects.get()) == (article, topic)


def test_of_a_selection_the_keys_are_taken(client, boss):
    article = make_article()
    address = reverse("admin:articles_article_changelist")
    sent = {"action": "publish_selected", ACTION_CHECKBOX_NAME: ["x", article.pk], f"row-{article.pk}-version": 1}

    page = client.post(address, sent, follow=True)
    client.post("/desk/bulk/confirm/", {"action": "publish", "picks": page.context["picks"]})

    article.refresh_from_db()
    assert page.context["picks"] == f"{article.pk}:1"
    assert article.published
