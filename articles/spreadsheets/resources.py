"""The tables that staff export. None of them includes `secured` or `source`."""

from import_export.fields import Field
from import_export.resources import Resource

from articles.models import Article, Topic
from articles.models.fields import ARTICLE_FIELDS, Column, Kind


class Table(Resource):
    """Base of the tables. It exports values as they are: numbers, dates and texts."""

    class Meta:
        chunk_size = 1000

    def export_field(self, field, instance, **kwargs):
        name = self.get_field_name(field)
        method = getattr(self, f"dehydrate_{name}", None)
        return method(instance) if method else field.get_value(instance)


def _lines(values) -> str:
    return "\n".join(str(value) for value in values)


def _article_columns() -> dict[str, Field]:
    columns: dict[str, Field] = {}
    for field in ARTICLE_FIELDS:
        if field.column is Column.NONE:
            continue
        match field.kind:
            case Kind.PROVIDER:
                columns |= {"provider": Field("provider__domain"), "provider_name": Field("provider__name")}
            case Kind.PERSON:
                columns[field.name] = Field(f"{field.name}__username")
            case Kind.TOPICS | Kind.IMAGES:
                columns[field.name] = Field()
            case _:
                columns[field.name] = Field(field.name)
    return columns


class ArticleResource(type("ArticleColumns", (Table,), _article_columns())):  # type: ignore[misc]
    @classmethod
    def get_display_name(cls):
        return "Articles"

    def filter_export(self, queryset, **kwargs):
        # The list has loaded the rest.
        return queryset.select_related("reviewed_by", "ruled_by")

    def dehydrate_reviewed_by(self, article: Article) -> str | None:
        if article.ruled_by:
            return f"the rule “{article.ruled_by.name}”"
        return article.reviewed_by.get_username() if article.reviewed_by else None

    def dehydrate_topics(self, article: Article) -> str:
        return _lines(article.ordered_topics)

    def dehydrate_images(self, article: Article) -> str:
        return _lines(image.url for image in article.ordered_images)


class TopicResource(Table):
    name = Field("name")
    slug = Field("slug")
    short_name = Field("short_name")
    parent = Field("parent__name")
    description = Field("description")
    keywords = Field()
    hashtags = Field()
    articles = Field("article_count")

    @classmethod
    def get_display_name(cls):
        return "Topics"

    def filter_export(self, queryset, **kwargs):
        return queryset.select_related("parent")

    def dehydrate_keywords(self, topic: Topic) -> str:
        return _lines(topic.keywords)

    def dehydrate_hashtags(self, topic: Topic) -> str:
        return _lines(topic.hashtags)


class ProviderResource(Table):
    domain = Field("domain")
    name = Field("name")
    other_names = Field()
    description = Field("description")
    trust = Field("trust")
    articles = Field("article_count")

    @classmethod
    def get_display_name(cls):
        return "Providers"

    def dehydrate_other_names(self, provider) -> str:
        return _lines(provider.other_names)
