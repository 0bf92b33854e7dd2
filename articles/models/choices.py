"""The choices of an article's fields."""

from django.db import models


class Category(models.TextChoices):
    NEWS = "news"
    SAMPLE = "sample"
    LEARNING = "learning"
    PEOPLE = "people"
    COMMUNITY = "community"
    NEWSLETTER = "newsletter"
    EVENT = "event"


class Type(models.TextChoices):
    ARTICLE = "article"
    VIDEO = "video"
    PODCAST = "podcast"
    DOWNLOAD = "download"
    COURSE = "course"
    COLLECTION = "collection"
    FORUM = "forum"
    EVENT = "event"
    WEBINAR = "webinar"
    PERSON = "person"


class State(models.TextChoices):
    PENDING = "pending"
    LIVE = "live", "live, not reviewed"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    COVERED = "covered"
    DUPLICATE = "duplicate"


class Clearing(models.TextChoices):
    """How an article was cleared away by a decision for another one."""

    COVERED = "covered"
    DUPLICATE = "duplicate"


class Queue(models.TextChoices):
    """Why an article is in the queue: the first of these reasons that applies."""

    FLAGGED = "flagged", "flagged by a colleague"
    REMOVED = "removed", "taken back by the source"
    CHANGED = "changed", "changed after your decision"
    CONFLICT = "conflict", "conflict with the source"
    DUPLICATE = "duplicate", "possible duplicate"
    LIVE = "live", "live, not reviewed"
    PENDING = "pending", "pending"
    SECOND_LOOK = "second_look", "second look at a rule"
