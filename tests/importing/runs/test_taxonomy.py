"""Documents about topics and organizations, beside what people wrote of them."""

import pytest

from articles.models import (
    Article,
    Topic,
    TopicOldSlug,
)
from providers.models import Provider
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run, verdicts

pytestmark = pytest.mark.django_db


def test_a_topic_that_an_editor_renamed_is_found_by_its_old_name(tmp_path):
    write(tmp_path, {"a.md": document(topics="[AWS AI]")})
    run(tmp_path)
    Topic.objects.update(name="Amazon AI")
    write(tmp_path, {"b.md": document(topics="[aws ai]", webUrl="https://a.example/2")})

    run(tmp_path)

    assert [topic.name for topic in Article.objects.get(path="b.md").topics.all()] == ["Amazon AI"]


def test_a_topic_document_gives_address_and_parent(tmp_path):
    write(tmp_path, {"a.md": document(topics="[Common Data Service]")})
    run(tmp_path)
    write(tmp_path, {"t.yaml": "taxonomy: topic\n_id: cds\nname: Common Data Service\nparent: Apps\n"})

    assert verdicts(tmp_path)["t.yaml"] == "created"
    topic = Topic.objects.get(slug="cds")
    assert (topic.parent.name, topic.articles.count()) == ("Apps", 1)
    assert TopicOldSlug.objects.get().slug == "common-data-service"
    assert verdicts(tmp_path)["t.yaml"] == "unchanged"


def test_topics_that_are_each_others_parents_are_refused_as_such(tmp_path):
    write(
        tmp_path,
        {
            "1.yaml": "taxonomy: topic\n_id: a\nname: A\nparent: B\n",
            "2.yaml": "taxonomy: topic\n_id: b\nname: B\nparent: A\n",
        },
    )

    _, items = run(tmp_path)

    assert Topic.objects.get(slug="a").parent.slug == "b"
    assert Topic.objects.get(slug="b").parent is None
    assert items["2.yaml"].messages[0].field == "parent"


def test_an_organization_names_a_provider_and_a_persons_name_stays(tmp_path):
    write(tmp_path, {"a.md": document()})
    run(tmp_path)
    organization = "---\ntaxonomy: organization\nname: {}\ndomain: news.example\ndescription: {}\n---\n"
    write(tmp_path, {"o.md": organization.format("The News", "Old")})
    run(tmp_path)
    Provider.objects.update(name="My News")
    write(tmp_path, {"o.md": organization.format("News Inc", "New")})

    _, items = run(tmp_path)

    provider = Provider.objects.get()
    assert (provider.name, provider.description, items["o.md"].verdict) == ("My News", "New", "conflict")


def test_what_a_person_wrote_before_the_first_document_about_it_stays(tmp_path):
    Provider.objects.create(domain="o.example", name="O", description="Mine")
    parent = Topic.objects.create(name="Tech", slug="tech")
    Topic.objects.create(name="AI", slug="ai", parent=parent, keywords=["mine"])
    organization = "---\ntaxonomy: organization\nname: O\ndomain: o.example\ndescription: New\notherNames: [Oh]\n---\n"
    topic = "---\ntaxonomy: topic\nname: AI\nparent: Science\nkeywords: [theirs]\ndescription: Theirs\n---\n"
    write(tmp_path, {"o.md": organization, "t.md": topic})

    _, items = run(tmp_path)

    provider, ai = Provider.objects.get(), Topic.objects.get(name="AI")
    assert (provider.name, provider.description, provider.other_names) == ("O", "Mine", ["Oh"])
    assert (ai.parent, ai.keywords, ai.description) == (parent, ["mine"], "Theirs")
    assert {item.verdict for item in items.values()} == {"conflict"}


@pytest.mark.parametrize(
    ("taxonomy", "key", "bad", "name", "kept"),
    [
        ("topic", "keywords", "{a: 1}", "keywords", ["k"]),
        ("topic", "description", "[x]", "description", "d"),
        ("topic", "parent", "[x]", "parent", "Up"),
        ("organization", "otherNames", "{a: 1}", "other_names", ["o"]),
    ],
)
def test_what_cannot_be_read_says_nothing_of_topics_and_providers(tmp_path, taxonomy, key, bad, name, kept):
    values = {"keywords": "[k]", "description": "d", "parent": "Up"}
    if taxonomy == "organization":
        values = {"otherNames": "[o]", "domain": "a.example"}
    for changed in ({}, {key: bad}):
        lines = [f"{name}: {value}" for name, value in (values | changed).items()]
        write(tmp_path, {"t.yaml": "\n".join([f"taxonomy: {taxonomy}", "name: N", *lines, ""])})
        run(tmp_path)

    row = Topic.objects.get(name="N") if taxonomy == "topic" else Provider.objects.get(domain="a.example")
    value = getattr(row, name)
    assert (value.name if name == "parent" else value) == kept
