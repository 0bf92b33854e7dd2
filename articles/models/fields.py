"""The fields of an article and of a related link, one line each.

The log, documents in and out, the merge of an import, what the source says otherwise, tables, the upstream JSON and the
forms of the desk and of the admin derive from these lists. To add a field: the model, a migration, a line here, and the
templates that show it. `tests/models/test_fields.py` compares every surface with the lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from django.db.models import TextChoices

from articles.models.choices import Category, Clearing, Type
from articles.models.event import Verb


class Kind(Enum):
    """What a field holds; it says how the field is read, compared, shown and typed."""

    LINE = auto()  # text on one line, as long as the column allows
    TEXT = auto()  # text of any length
    BODY = auto()  # text that stands below the front matter
    LINK = auto()  # a URL
    MOMENT = auto()  # date and time
    CHOICE = auto()  # one of `choices`
    SCORE = auto()  # a whole number, `least` or more
    FLAG = auto()  # true or false
    PROVIDER = auto()
    PERSON = auto()
    RULE = auto()  # a version of a rule
    ARTICLE = auto()
    ARTICLES = auto()  # primary keys of other articles
    TOPICS = auto()
    IMAGES = auto()
    LINKS = auto()  # related links
    NAMES = auto()  # of fields
    PAYLOAD = auto()  # kept as the document has it; never logged, never compared with what people say


class Column(Enum):
    """What a table (CSV, XLSX) does with a field."""

    NONE = auto()
    SHOWN = auto()  # exported for people to read
    TAKEN = auto()  # exported, and taken from a table that is imported


@dataclass(frozen=True, slots=True)
class ArticleField:
    """`key` is its name in front matter, `json` in the upstream JSON; '' means that it is not there.

    `verb` is the verb by which a person changes it, and so says who may; None means that no person sets it directly.
    """

    name: str
    label: str
    kind: Kind
    verb: Verb | None = None
    key: str = ""
    json: str = ""
    column: Column = Column.NONE
    required: bool = False  # a document without it is rejected
    choices: type[TextChoices] | None = None
    default: str = ""  # of a choice; '' stands for the category of the folder
    least: int = 0  # of a score, and its value where no document gives one
    logged: bool = True  # events keep its values
    silent: bool = False  # in the log it repeats what stands beside it
    seen: bool = False  # a reader of its page sees a change of it

    @property
    def in_document(self) -> bool:
        return bool(self.key) or self.kind in (Kind.BODY, Kind.PAYLOAD)

    @property
    def is_plain(self) -> bool:
        """The column holds the value itself, as documents and forms give it; else it leads to other rows."""
        return self.kind not in _ROWS and self.kind is not Kind.PAYLOAD

    @property
    def is_merged(self) -> bool:
        """An import merges it with what people decided. `published` is not merged: reviewing decides on it."""
        return self.in_document and self.kind is not Kind.PAYLOAD and self.verb is not Verb.PUBLISH

    @property
    def unsaid(self) -> object:
        """What a document says of an optional field by saying nothing."""
        match self.kind:
            case Kind.MOMENT | Kind.PROVIDER:
                return None
            case Kind.SCORE:
                return self.least
            case Kind.FLAG:
                return False
            case Kind.TOPICS | Kind.IMAGES | Kind.LINKS:
                return ()
        return self.default

    @property
    def is_typed(self) -> bool:
        """A person types its value; the values of other fields are made by the verb."""
        return self.verb in (*FORM_VERBS, Verb.NOTE, Verb.FLAG)


_ROWS = (Kind.PROVIDER, Kind.PERSON, Kind.RULE, Kind.ARTICLE, Kind.TOPICS, Kind.IMAGES, Kind.LINKS)
# The verbs whose fields stand in the form of an article.
FORM_VERBS = (Verb.EDIT, Verb.SCORE, Verb.SCHEDULE, Verb.CURATE)

SHOWN, TAKEN = Column.SHOWN, Column.TAKEN

# In the order of the columns of a table.
ARTICLE_FIELDS = (
    ArticleField("path", "path", Kind.LINE, json="path", column=TAKEN, logged=False),
    ArticleField(
        "title", "title", Kind.LINE, Verb.EDIT, key="title", json="title", column=TAKEN, required=True, seen=True
    ),
    ArticleField("slug", "slug", Kind.LINE, Verb.EDIT, column=SHOWN, seen=True),
    ArticleField("excerpt", "excerpt", Kind.TEXT, Verb.EDIT, key="excerpt", json="excerpt", column=TAKEN, seen=True),
    ArticleField("body", "body", Kind.BODY, Verb.EDIT, json="content", seen=True),
    ArticleField("web_url", "web URL", Kind.LINK, Verb.EDIT, key="webUrl", json="webUrl", column=TAKEN, seen=True),
    ArticleField(
        "original_url",
        "original URL",
        Kind.LINK,
        Verb.EDIT,
        key="originalUrl",
        json="originalUrl",
        column=TAKEN,
        seen=True,
    ),
    ArticleField(
        "amp_url", "AMP URL", Kind.LINK, Verb.EDIT, key="ampWebUrl", json="ampWebUrl", column=TAKEN, seen=True
    ),
    ArticleField(
        "cdn_amp_url", "CDN AMP URL", Kind.LINK, Verb.EDIT, key="cdnAmpWebUrl", json="cdnAmpWebUrl", column=TAKEN
    ),
    ArticleField(
        "published_at",
        "original’s date",
        Kind.MOMENT,
        Verb.EDIT,
        key="publishedDateTime",
        json="publishedDateTime",
        column=TAKEN,
        seen=True,
    ),
    ArticleField(
        "provider", "provider", Kind.PROVIDER, Verb.EDIT, key="provider", json="provider", column=TAKEN, seen=True
    ),
    ArticleField(
        "type",
        "type",
        Kind.CHOICE,
        Verb.EDIT,
        key="type",
        json="type",
        column=TAKEN,
        choices=Type,
        default="article",
        seen=True,
    ),
    ArticleField(
        "category",
        "category",
        Kind.CHOICE,
        Verb.EDIT,
        key="category",
        json="categories",
        column=TAKEN,
        choices=Category,
        seen=True,
    ),
    ArticleField("topics", "topics", Kind.TOPICS, Verb.EDIT, key="topics", json="topics", column=TAKEN, seen=True),
    ArticleField("images", "images", Kind.IMAGES, Verb.EDIT, key="images", json="images", column=TAKEN, seen=True),
    ArticleField("related", "related links", Kind.LINKS, Verb.CURATE, key="related", seen=True),
    ArticleField("related_closed", "list of related links closed", Kind.FLAG, Verb.CURATE),
    ArticleField("quality", "quality", Kind.SCORE, Verb.SCORE, key="quality", column=TAKEN),
    ArticleField("heat", "heat", Kind.SCORE, Verb.SCORE, key="heat", json="heat", column=TAKEN, least=-1),
    ArticleField("published", "published", Kind.FLAG, Verb.PUBLISH, key="published", column=TAKEN, seen=True),
    ArticleField("removed", "taken back by the source", Kind.FLAG, key="removed"),
    ArticleField("state", "state", Kind.CHOICE, column=SHOWN, logged=False),
    ArticleField("publish_at", "not before", Kind.MOMENT, Verb.SCHEDULE, column=SHOWN, seen=True),
    ArticleField("expires_at", "not after", Kind.MOMENT, Verb.SCHEDULE, column=SHOWN),
    ArticleField("reviewed_by", "reviewed by", Kind.PERSON, column=SHOWN, silent=True),
    ArticleField("reviewed_at", "reviewed at", Kind.MOMENT, column=SHOWN, silent=True),
    ArticleField("ruled_by", "decided by rule", Kind.RULE, silent=True),
    ArticleField("second_look", "to be looked at again", Kind.FLAG, silent=True),
    ArticleField("first_published_at", "first public", Kind.MOMENT, column=SHOWN, silent=True),
    ArticleField("flag", "flag", Kind.LINE, Verb.FLAG),
    ArticleField("notes", "notes", Kind.TEXT, Verb.NOTE),
    ArticleField("assigned_to", "assigned to", Kind.PERSON, Verb.ASSIGN),
    ArticleField("duplicate_of", "duplicate of", Kind.ARTICLE, Verb.DUPLICATE),
    ArticleField("cleared_as", "cleared as", Kind.CHOICE, Verb.COVER, choices=Clearing),
    ArticleField("together", "in one story with", Kind.ARTICLES, Verb.GROUP),
    ArticleField("apart", "not in one story with", Kind.ARTICLES, Verb.NEVER),
    ArticleField("lead_at", "leads its story since", Kind.MOMENT, Verb.LEAD),
    ArticleField("pinned_at", "pinned at", Kind.MOMENT, Verb.PIN),
    ArticleField("conflicts", "conflicts", Kind.NAMES),
    ArticleField("secured", "secured", Kind.PAYLOAD, key="secured", logged=False),
    ArticleField("extra", "other keys", Kind.PAYLOAD, logged=False),
    ArticleField("version", "version", Kind.SCORE, column=TAKEN, logged=False),
)
# In the order in which documents give them.
LINK_FIELDS = (
    ArticleField("title", "title", Kind.LINE, Verb.CURATE, key="title", seen=True),
    ArticleField("excerpt", "excerpt", Kind.TEXT, Verb.CURATE, key="excerpt"),
    ArticleField("published_at", "original’s date", Kind.MOMENT, Verb.CURATE, key="publishedDateTime", seen=True),
    ArticleField("url", "URL", Kind.LINK, Verb.CURATE, key="webUrl", required=True),
    ArticleField("amp_url", "AMP URL", Kind.LINK, Verb.CURATE, key="ampWebUrl"),
    ArticleField("cdn_amp_url", "CDN AMP URL", Kind.LINK, Verb.CURATE, key="cdnAmpWebUrl"),
    ArticleField("type", "type", Kind.CHOICE, Verb.CURATE, key="type", choices=Type, default="article", seen=True),
    ArticleField("provider", "provider", Kind.PROVIDER, key="provider", logged=False),
    ArticleField("quality", "quality", Kind.SCORE, Verb.CURATE, key="quality"),
    ArticleField("images", "images", Kind.IMAGES, key="images", logged=False),
    ArticleField("hidden", "hidden", Kind.FLAG, Verb.CURATE, seen=True),
    ArticleField("placed", "placed by a person", Kind.FLAG, Verb.CURATE, seen=True),
    ArticleField("origin", "origin", Kind.CHOICE),
    ArticleField("position", "position", Kind.SCORE, seen=True),
)

FIELD_BY_NAME = {field.name: field for field in ARTICLE_FIELDS}
LOGGED = tuple(field.name for field in ARTICLE_FIELDS if field.logged)
LIST_FIELDS = frozenset(field.name for field in ARTICLE_FIELDS if field.kind in (Kind.TOPICS, Kind.IMAGES, Kind.LINKS))
SEEN_BY_READERS = frozenset(field.name for field in ARTICLE_FIELDS if field.seen)
SEEN_OF_LINKS = frozenset(field.name for field in LINK_FIELDS if field.seen)
MOMENTS = frozenset(field.name for field in (*ARTICLE_FIELDS, *LINK_FIELDS) if field.kind is Kind.MOMENT)
DOCUMENT_FIELDS = tuple(field for field in ARTICLE_FIELDS if field.in_document)
# What a person can set to the value that the source gives; and what an import merges of what stands in the row itself.
SOURCE_FIELDS = tuple(field.name for field in DOCUMENT_FIELDS if field.is_merged and field.verb)
MERGED_COLUMNS = tuple(field.name for field in DOCUMENT_FIELDS if field.is_merged and field.is_plain)

DOCUMENT_LINK_FIELDS = tuple(field for field in LINK_FIELDS if field.in_document)
LINK_COLUMNS = tuple(field.name for field in DOCUMENT_LINK_FIELDS if field.is_plain)
EDITED_LINK_FIELDS = tuple(field.name for field in LINK_FIELDS if field.verb)
LOGGED_LINK_FIELDS = tuple(field.name for field in LINK_FIELDS if field.logged)


def fields_of(*verbs: Verb) -> tuple[str, ...]:
    """The names of the fields that these verbs change."""
    return tuple(field.name for field in ARTICLE_FIELDS if field.verb in verbs)


def columns_of(column: Column) -> tuple[str, ...]:
    return tuple(field.name for field in ARTICLE_FIELDS if field.column is column)


EDITABLE = fields_of(Verb.EDIT)
