from datetime import UTC, datetime

import pytest

from articles.documents import front_matter as documents
from articles.documents.messages import Rejected
from articles.documents.parse import record_from
from articles.documents.records import ArticleRecord, ImageRecord, OrganizationRecord, ProviderRecord, TopicRecord
from tests.importing.documents_by_hand import document


def read(text: str, path: str = "a.md"):
    """The record, and the warnings as text."""
    record, messages = record_from(documents.parse_document(text.encode(), path), path)
    return record, [str(message) for message in messages]


def refusal(**fields: str | None) -> str:
    with pytest.raises(Rejected) as caught:
        read(document(**fields))
    return str(caught.value.message)


def test_a_seed_is_read_whole(seeds):
    raw = (seeds / "002_416600c4146eadd1.txt").read_bytes()

    record, messages = record_from(documents.parse_document(raw), "002.txt")

    assert isinstance(record, ArticleRecord)
    assert messages == []
    assert record.published_at == datetime(2020, 6, 11, 15, 27, tzinfo=UTC)
    assert (record.quality, record.heat, record.published) == (80, 110, True)
    assert record.topics == ("Computer Vision", "AI")
    assert (record.provider.domain, record.provider.images[0].width) == ("geekwire.com", 50)
    assert (record.images[0].is_cached, record.images[0].height) == (True, 442)
    assert [link.quality for link in record.related] == [80, 44, 0]
    assert record.secured.endswith(";vZGgLeQksKiwyDEUiV44wg==")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": None}, "2: title: is missing"),
        ({"title": "''"}, "2: title: is empty"),
        ({"title": '"\\u200b"'}, "2: title: shows nothing"),
        ({"title": "'&nbsp; &#8203;'"}, "2: title: shows nothing"),
        ({"title": "\u3164\u2800"}, "2: title: shows nothing"),
        ({"title": "[a]"}, "2: title: is a list, not text"),
        ({"title": None, "name": "'\u200b'"}, "name: shows nothing"),
        ({"webUrl": None}, "neither webUrl nor originalUrl is a link to the article"),
        (
            {"webUrl": "javascript:alert(1)", "originalUrl": "'https://a b/'"},
            "4: webUrl: neither webUrl nor originalUrl is a link to the article "
            "(webUrl: 'javascript:alert(1)', originalUrl: 'https://a b/')",
        ),
        ({"webUrl": "//news.example/a"}, "neither webUrl nor originalUrl"),
        ({"provider": None, "webUrl": "'https://localhost/a'"}, "provider: is missing, and the link has none"),
        ({"taxonomy": "person"}, "taxonomy: is 'person': only organization and topic are known"),
    ],
)
def test_what_nobody_could_read_rejects_the_document(fields, message):
    assert message in refusal(**fields)


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"excerpt": "[a]"}, ["6: excerpt: is a list, not text: dropped"]),
        ({"quality": "-5"}, ["6: quality: is -5: dropped"]),
        ({"quality": "true"}, ["6: quality: is true or false, not a whole number: dropped"]),
        ({"quality": "7.5"}, ["6: quality: is a number, not a whole number: dropped"]),
        ({"quality": ".inf"}, ["6: quality: is a number, not a whole number: dropped"]),
        ({"quality": "[85]"}, ["6: quality: is a list, not a whole number: dropped"]),
        ({"heat": "-2"}, ["6: heat: is -2: dropped"]),
        ({"heat": "'-2.0'"}, ["6: heat: is '-2.0': dropped"]),
        ({"heat": "4294967296"}, ["6: heat: is 4294967296: dropped"]),
        ({"heat": "99999999999999999999999"}, ["6: heat: is text, not a whole number: dropped"]),
        ({"type": "essay"}, ["6: type: is 'essay', which is not known: dropped"]),
        ({"category": "gossip"}, ["6: category: is 'gossip', which is not known: dropped"]),
        ({"published": "yes"}, ["6: published: is 'yes', not true or false: dropped"]),
        ({"published": "1"}, ["6: published: is 1, not true or false: dropped"]),
        ({"topics": "{a: b}"}, ["6: topics: is a mapping, not a list: dropped"]),
        ({"topics": "true"}, ["6: topics: is true or false, not a list: dropped"]),
        ({"topics": "[[a]]"}, ["6: topics[0]: is ['a'], not a name: dropped"]),
        ({"images": "7"}, ["6: images: is a number, not a list: dropped"]),
        ({"images": "[{width: 5}]"}, ["6: images[0].url: is missing: dropped"]),
        ({"images": "[{url: 'data:image/png;base64,x'}]"}, ["6: images[0].url: is not an http(s) link"]),
        ({"related": "[{title: A}]"}, ["6: related[0]: has no link: dropped"]),
        ({"related": "[{webUrl: 'ftp://a'}]"}, ["6: related[0].webUrl: is not an http(s) link ('ftp://a'): dropped"]),
        ({"ampWebUrl": "[x]"}, ["6: ampWebUrl: is a list, not a link: dropped"]),
        ({"secured": "12"}, ["6: secured: is a number, not text: dropped"]),
        (
            {"publishedDateTime": "2020-02-30T00:00:00Z"},
            ["3: publishedDateTime: is '2020-02-30T00:00:00Z', which is no"],
        ),
        ({"publishedDateTime": "12"}, ["3: publishedDateTime: is 12, which is no date and time: dropped"]),
        (
            {"publishedDateTime": "2999-12-31T00:00:00Z"},
            ["3: publishedDateTime: is '2999-12-31T00:00:00Z', which is ye"],
        ),
        ({"publishedDateTime": "0001-01-01T00:00:00Z"}, ["3: publishedDateTime: is '0001-01-01T00:00:00Z', which is"]),
        ({"publishedDateTime": "9999-12-31T23:59:59.9999999Z"}, ["3: publishedDateTime: is '9999-12-31T23:59:59"]),
        ({"provider": "[News]"}, ["5: provider: is a list, not a domain: taken from the link, news.example"]),
        (
            {"provider": "{domain: 'a b'}"},
            ["5: provider.domain: is 'a b', which is no domain: taken from the link, news"],
        ),
        ({"provider": "{domain: 7}"}, ["5: provider.domain: is a number, not a domain: taken from the link, news.exa"]),
    ],
)
def test_what_cannot_be_read_says_nothing(fields, messages):
    record, found = read(document(**{"category": "news"} | fields))
    lines = [text.replace("7: ", "6: ", 1) if "category" not in fields else text for text in found]

    assert len(found) == len(messages)
    assert all(text.startswith(message) for text, message in zip(lines, messages, strict=True))
    assert {KEYS.get(name, name) for name in record.unread} == set(fields)


KEYS = {"published_at": "publishedDateTime", "amp_url": "ampWebUrl"}


@pytest.mark.parametrize(
    ("fields", "name", "value", "messages"),
    [
        ({"quality": "85.0"}, "quality", 85, ["6: quality: is 85.0: taken as 85"]),
        ({"quality": "'85'"}, "quality", 85, ["6: quality: is '85': taken as 85"]),
        ({"quality": "' 85.00 '"}, "quality", 85, ["6: quality: is ' 85.00 ': taken as 85"]),
        ({"heat": "'-1'"}, "heat", -1, ["6: heat: is '-1': taken as -1"]),
        ({"topics": "AI"}, "topics", ("AI",), ["6: topics: is text, not a list: taken as a list of one"]),
        (
            {"topics": "[AI, 3.10, ai, ' AI ', {}]"},
            "topics",
            ("AI", "3.10"),
            [
                "6: topics[1]: is a number: taken as the text '3.10'",
                "6: topics[2]: names 'ai' again: dropped",
                "6: topics[3]: names ' AI ' again: dropped",
                "6: topics[4]: is {}, not a name: dropped",
            ],
        ),
        ({"title": "3.10"}, "title", "3.10", ["2: title: is a number: taken as the text '3.10'"]),
        ({"title": "x" * 501}, "title", "x" * 500, ["2: title: has 501 characters: cut to 500"]),
        ({"title": None, "name": "A name"}, "title", "A name", []),
        ({"bio": "A life"}, "excerpt", "A life", []),
        (
            {"images": "'https://a.example/1.jpg'"},
            "images",
            (ImageRecord("https://a.example/1.jpg"),),
            ["6: images: is text, not a list: taken as a list of one"],
        ),
        ({"images": "[/logo.png]"}, "images", (ImageRecord("/logo.png"),), []),
        (
            {"images": "[{url: '/My Photo|1.jpg'}]"},
            "images",
            (ImageRecord("/My%20Photo%7C1.jpg"),),
            ["6: images[0].url: is '/My Photo|1.jpg': taken as '/My%20Photo%7C1.jpg'"],
        ),
        (
            {"images": "[{url: 'https://a.example/1.jpg', width: 0}]"},
            "images",
            (ImageRecord("https://a.example/1.jpg"),),
            ["6: images[0].width: is 0: dropped"],
        ),
        (
            {"provider": None},
            "provider",
            ProviderRecord("news.example"),
            ["2: provider: is missing: taken from the link, news.example"],
        ),
        (
            {"provider": "{name: News}"},
            "provider",
            ProviderRecord("news.example", "News"),
            ["5: provider.domain: is missing: taken from the link, news.example"],
        ),
        (
            {"provider": "Other.example"},
            "provider",
            ProviderRecord("other.example"),
            ["5: provider: is text: taken as the domain other.example"],
        ),
        ({"secured": "nonsense"}, "secured", "nonsense", ["6: secured: does not look like an encrypted payload"]),
        ({"more": ".nan"}, "extra", {}, ["6: more: cannot be written as JSON: kept in the source only"]),
        (
            {"publishedDateTime": "2020-06-11T19:19:00"},
            "published_at",
            datetime(2020, 6, 11, 19, 19, tzinfo=UTC),
            ["3: publishedDateTime: has no time zone: taken as UTC"],
        ),
        (
            {"publishedDateTime": "1969-12-31T00:00:00Z"},
            "published_at",
            datetime(1969, 12, 31, tzinfo=UTC),
            ["3: publishedDateTime: is '1969-12-31T00:00:00Z', long ago"],
        ),
    ],
)
def test_what_a_person_could_read_is_taken_with_a_warning(fields, name, value, messages):
    record, found = read(document(**fields))

    assert getattr(record, name) == value
    assert len(found) == len(messages)
    assert all(text.startswith(message) for text, message in zip(found, messages, strict=True))
    assert record.unread - {"category"} <= ({"provider"} if "provider.domain" in str(messages) else set())


def test_a_missing_date_is_left_to_the_import():
    record, messages = read(document(publishedDateTime=None), "_learning/a.md")

    assert (record.published_at, record.unread) == (None, {"published_at", "category"})
    assert messages == ["2: publishedDateTime: is missing: taken from the first import"]


def test_a_collection_without_a_link_stands_for_itself():
    record, messages = read(document(webUrl=None), "_learning/collections/a list.md")

    assert (record.web_url, record.canonical_url) == ("", "document:_learning/collections/a list.md")
    assert (record.unread, messages) == ({"category"}, [])
    with pytest.raises(Rejected):
        read(document(webUrl="7"), "_learning/a.md")
    with pytest.raises(Rejected):
        read(document(webUrl=None), "_news/a.md")


def test_a_host_without_www_is_the_provider():
    record, _ = read(document(provider=None, webUrl="https://www.news.example/a"))

    assert record.provider == ProviderRecord("news.example")


def test_scores_out_of_the_usual_range_are_kept():
    record, messages = read(document(quality="100000", heat="99999"))

    assert (record.quality, record.heat, messages) == (100_000, 99_999, [])


def test_a_document_without_scores_is_unscored_and_pending():
    record, _ = read(document())

    assert (record.quality, record.heat, record.published) == (0, -1, False)


def test_a_video_needs_only_its_original_url():
    record, _ = read(document(webUrl=None, originalUrl="https://videos.example/1", type="video"))

    assert (record.web_url, record.canonical_url) == ("", "https://videos.example/1")


def test_unknown_keys_are_kept_as_they_came():
    record, messages = read(document(featuredContent="'<iframe>'", ratings="{count: 3, average: 4.5}"))

    assert record.extra == {"featuredContent": "<iframe>", "ratings": {"count": 3, "average": 4.5}}
    assert messages == []


def test_one_bad_related_link_costs_no_other():
    record, messages = read(
        document(related="[{webUrl: 'https://a.example/1'}, {webUrl: 'ftp://b'}, {webUrl: 'https://a.example/1'}]")
    )

    assert [link.url for link in record.related] == ["https://a.example/1"]
    assert messages == [
        "6: related[1].webUrl: is not an http(s) link ('ftp://b'): dropped",
        "6: related[2]: gives 'https://a.example/1' again: dropped",
    ]


def test_the_domain_of_a_provider_is_written_in_one_way():
    record, _ = read(document(provider="{domain: Bücher.Example.}"))

    assert record.provider.domain == "xn--bcher-kva.example"


def test_taxonomies_are_known_by_what_they_say():
    organization, _ = read("---\ntaxonomy: organization\nname: MIT\ndomain: mit.edu\notherNames: [Tech]\n---\n")
    topic, _ = read("taxonomy: topic\n_id: cds\nname: Data\nparent: Apps\nhashtags: ['#d']\n", "t.yaml")

    assert isinstance(organization, OrganizationRecord)
    assert (organization.domain, organization.other_names) == ("mit.edu", ("Tech",))
    assert isinstance(topic, TopicRecord)
    assert (topic.slug, topic.parent, topic.hashtags) == ("cds", "Apps", ("#d",))
