"""Decisions that the dashboard counts."""

from articles import moderation
from articles.models import Reason
from articles.moderation import Why


def publish(article, by):
    return moderation.publish(article, by=by, version=article.version)


def reject(article, by):
    return moderation.reject(article, by=by, version=article.version, why=Why(Reason.objects.first()))
