from articles.models.article import Article
from articles.models.article_lists import ArticleImage, ArticleTopic, TopicEntry
from articles.models.choices import Category, Clearing, Queue, State, Type
from articles.models.desk import DeskPreference, SavedView
from articles.models.event import Channel, Event, Reason, Verb
from articles.models.feed import Arrival, DocumentFeed, PushToken, Silence
from articles.models.image import Image, OrderedImage
from articles.models.kept import KeptEvent
from articles.models.lookups import typed_words
from articles.models.original import OriginalCheck
from articles.models.queue_order import QueueOrder
from articles.models.related import LinkedPage, RelatedLink
from articles.models.rule import Rule, RuleVersion, ShadowRuling
from articles.models.run import ImportFile, ImportRun, Noise, Verdict
from articles.models.story import KeyWords, Likeness, StaleDay, Story, StoryMember
from articles.models.topic import Topic, TopicImage, TopicOldSlug
from articles.models.traces import ArticleOldSlug, Tombstone
from articles.models.upload import ImportUpload, PreviewFile

__all__ = [
    "Arrival",
    "Article",
    "ArticleImage",
    "ArticleOldSlug",
    "ArticleTopic",
    "Category",
    "Channel",
    "Clearing",
    "DeskPreference",
    "DocumentFeed",
    "Event",
    "Image",
    "ImportFile",
    "ImportRun",
    "ImportUpload",
    "KeptEvent",
    "KeyWords",
    "Likeness",
    "LinkedPage",
    "Noise",
    "OrderedImage",
    "OriginalCheck",
    "PreviewFile",
    "PushToken",
    "Queue",
    "QueueOrder",
    "Reason",
    "RelatedLink",
    "Rule",
    "RuleVersion",
    "SavedView",
    "ShadowRuling",
    "Silence",
    "StaleDay",
    "State",
    "Story",
    "StoryMember",
    "Tombstone",
    "Topic",
    "TopicEntry",
    "TopicImage",
    "TopicOldSlug",
    "Type",
    "Verb",
    "Verdict",
    "typed_words",
]
