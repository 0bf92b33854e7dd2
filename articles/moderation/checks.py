"""Checks of an article's values before they are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from articles import links, slugs, texts
from articles.models import Article, ArticleOldSlug
from articles.models.fields import ARTICLE_FIELDS, Kind
from articles.models.moments import is_possible
from articles.moderation.images import problems_with
from articles.moderation.refusals import Impossible
from providers.models import Provider

LEAST_SCORES = {field.name: field.least for field in ARTICLE_FIELDS if field.kind is Kind.SCORE and field.verb}
# Values that a verb sets itself need no form's check: the constraints of the database are enough.
MADE_BY_VERBS = {field.name for field in ARTICLE_FIELDS if not field.is_typed}
URL_FIELDS = {field.name for field in ARTICLE_FIELDS if field.kind is Kind.LINK}


def check_values(row: Article, new: Mapping[str, Any]) -> None:
    """Raises Impossible where a form would show an error: lengths, choices, links, slugs, ranges.

    Only new values are checked: an article that was imported with a fault can still be rejected, scored and mended.
    """
    errors: dict[str, list[str]] = {}
    given = set(new) - MADE_BY_VERBS
    checked = given - {"provider"} if isinstance(new.get("provider"), Provider) else given
    try:
        row.clean_fields(exclude={f.name for f in Article._meta.fields if f.name not in checked})
    except ValidationError as error:
        errors |= error.message_dict
    for name in given:
        value = new[name]
        if isinstance(value, str) and (problem := texts.problem_with(value)):
            errors.setdefault(name, []).append(f"This {problem}.")
        if isinstance(value, datetime) and not is_possible(value):
            errors.setdefault(name, []).append("This year cannot be shown everywhere.")
        if name == "topics" and len(set(value)) < len(value):
            errors.setdefault(name, []).append("One of them is there twice.")
        if name == "images" and (problems := problems_with(value)):
            errors.setdefault(name, []).extend(problems)
        if name in LEAST_SCORES and name not in errors and value < LEAST_SCORES[name]:
            errors[name] = [f"The least is {LEAST_SCORES[name]}."]
    if "provider" in given and new["provider"] and new["provider"].merged_into_id:
        errors["provider"] = [f"“{new['provider'].domain}” only stands for another provider: choose that one."]
    for name in URL_FIELDS & given:
        if new[name] and (problem := links.problem_with(new[name])):
            errors.setdefault(name, []).append(f"This {problem}.")
    if not row.url and {"web_url", "original_url"} & given and not row.has_items:
        errors.setdefault("web_url", []).append("An article needs a web URL or an original URL.")
    if {"publish_at", "expires_at"} & given and row.publish_at and row.expires_at and row.expires_at <= row.publish_at:
        errors.setdefault("expires_at", []).append("It would be over before it begins.")
    if "slug" in given and "slug" not in errors:
        errors |= _slug_errors(row)
    if errors:
        raise Impossible("; ".join(f"{name}: {' '.join(problems)}" for name, problems in errors.items()), errors)


def _slug_errors(row: Article) -> dict[str, list[str]]:
    problems = []
    if slugs.is_route_word(row.slug):
        problems.append("The site uses this word itself.")
    if Article.objects.filter(slug=row.slug).exclude(pk=row.pk).exists():
        problems.append("Another article has this address.")
    if ArticleOldSlug.objects.filter(slug=row.slug).exclude(article=row).exists():
        problems.append("This was the address of another article, and redirects to it.")
    return {"slug": problems} if problems else {}
