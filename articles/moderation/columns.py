"""Values for the columns of many articles, written in one UPDATE."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Cast

from articles.history.snapshot import logged_value
from articles.models import Article


def value_for_all(name: str, values: Mapping[int, Any], rows: int) -> Any:
    """Returns the value of all the rows, or a CASE that gives each its own and leaves the others theirs."""
    field = column_of(name)
    groups: dict[str, tuple[Any, list[int]]] = {}
    for pk, value in values.items():
        groups.setdefault(json.dumps(logged_value(value)), (value, []))[1].append(pk)
    if len(groups) == 1 and len(values) == rows:
        return next(iter(values.values()))
    whens = [When(pk__in=pks, then=Value(value, output_field=field)) for value, pks in groups.values()]
    case: models.Expression = Case(*whens, default=F(name), output_field=field)
    return Cast(case, field) if connection.features.requires_casted_case_in_updates else case


def column_of(name: str) -> models.Field[Any, Any]:
    return next(column for column in Article._meta.concrete_fields if column.name == name)
