"""Tables of providers and topics."""

from django.urls import reverse

from articles.models import Topic
from providers.models import Provider
from tests.admin.table_import.tables import confirm, send, table, verdicts


def test_providers_are_imported_and_keep_what_people_wrote(desk):
    url = reverse("admin:providers_provider_import")
    confirm(desk, table({"domain": "Acme.example", "name": "Acme", "other_names": "A\nB", "description": "Old"}), url)
    Provider.objects.update(description="By a person")

    confirm(desk, table({"domain": "acme.example", "name": "Acme Inc.", "description": "New"}), url)

    provider = Provider.objects.get()
    assert (provider.name, provider.other_names, provider.description) == ("Acme Inc.", ["A", "B"], "By a person")


def test_topics_are_imported_with_their_parents(desk):
    url = reverse("admin:articles_topic_import")

    confirm(desk, table({"name": "Vision", "parent": "AI", "keywords": "see\nlook"}), url)

    topic = Topic.objects.get(name="Vision")
    assert (topic.parent.name, topic.keywords) == ("AI", ["see", "look"])


def test_a_bad_row_of_a_provider_names_row_and_column(desk):
    page = send(desk, table({"domain": "no domain", "name": "X"}), reverse("admin:providers_provider_import"))

    (verdict, messages) = verdicts(page)[0]
    assert verdict == "rejected"
    assert messages[0].startswith("2: domain: ")
