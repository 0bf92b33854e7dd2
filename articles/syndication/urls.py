"""Addresses of the upstream JSON, feeds, sitemaps, and files at fixed addresses."""

from django.urls import path, re_path

from articles.syndication import views
from articles.syndication.feeds import FEED_FORMATS
from articles.syndication.upstream import views as upstream
from articles.syndication.upstream.addresses import COLLECTIONS

SLUG = r"(?P<slug>[-a-zA-Z0-9_]+)"
# Upstream spells a page in two ways, page/2/ and page2/; page 1 is the list itself.
PAGE = r"(?:page/?(?P<number>[1-9][0-9]{0,8})/)?index\.json$"
FILE = r"(?P<number>0|[1-9][0-9]{0,8})"
COLLECTION = rf"(?P<collection>{'|'.join(COLLECTIONS.values())})"
FEED = rf"feed\.(?P<form>{'|'.join(FEED_FORMATS)})$"

urlpatterns = [
    path("api/topics/index.json", upstream.json_topics, name="json_topics"),
    re_path(rf"^api/{COLLECTION}/{PAGE}", upstream.json_list, name="json_list"),
    # PostgreSQL refuses to look for a NUL.
    re_path(rf"^api/{COLLECTION}/(?P<below>[^\x00]+?)/{PAGE}", upstream.json_below, name="json_below"),
    re_path(rf"^{FEED}", views.front_feed, name="front_feed"),
    re_path(rf"^latest/{FEED}", views.latest_feed, name="latest_feed"),
    re_path(rf"^topics/{SLUG}/{FEED}", views.topic_feed, name="topic_feed"),
    # PostgreSQL refuses to look for a NUL.
    re_path(rf"^providers/(?P<domain>[^/\s\x00]+)/{FEED}", views.provider_feed, name="provider_feed"),
    re_path(rf"^search/{FEED}", views.search_feed, name="search_feed"),
    path("sitemap.xml", views.sitemap_index, name="sitemap"),
    path("sitemap-pages.xml", views.sitemap_pages, name="sitemap_pages"),
    path("sitemap-news.xml", views.sitemap_news, name="sitemap_news"),
    re_path(rf"^sitemap-articles-{FILE}\.xml$", views.sitemap_articles, name="sitemap_articles"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.favicon, name="favicon"),
]
