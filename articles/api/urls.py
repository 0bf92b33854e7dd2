"""Addresses of the push API."""

from django.urls import path, re_path

from articles.api.documents import document
from articles.api.imports import new_import, one_import
from articles.api.openapi import openapi

urlpatterns = [
    # PostgreSQL refuses to look for a NUL.
    re_path(r"^api/documents/(?P<path>[^\x00]+)$", document, name="api_document"),
    path("api/imports", new_import, name="api_imports"),
    path("api/imports/<str:number>", one_import, name="api_import"),
    path("api/openapi.json", openapi, name="api_description"),
]
