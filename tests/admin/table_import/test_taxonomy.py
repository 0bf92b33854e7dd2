"""Tables of providers and topics."""

from django.urls import reverse

from articles.importing.runs.run import import_documents
from articles.models import Topic
from providers.models import Provider
from tests.admin.table_import.tables import confirm, send, table, verdicts
from tests.importing.documents_by_hand import write


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


def test_a_table_leaves_the_texts_of_logos_and_signs_as_they_are(desk, tmp_path):
    image = "images: [{url: 'https://p.example/1.jpg', title: Logo, attribution: Ann}, 'https://p.example/2.jpg']"
    files = {
        "_data/organizations/a.md": f"---\ntaxonomy: organization\nname: A\ndomain: a.example\n{image}\n---\n",
        "_data/topics/t.md": f"---\ntaxonomy: topic\n_id: t\nname: T\n{image}\n---\n",
    }
    import_documents([write(tmp_path, files)])

    confirm(desk, table({"domain": "a.example", "name": "Acme"}), reverse("admin:providers_provider_import"))
    confirm(desk, table({"name": "T", "short_name": "Tea"}), reverse("admin:articles_topic_import"))

    for row, name in ((Provider.objects.get(), "Acme"), (Topic.objects.get(), "Tea")):
        assert name in (row.name, getattr(row, "short_name", ""))
        assert list(row.image_links.values_list("title", "attribution")) == [("Logo", "Ann"), ("", "")]
