"""What machines read: upstream's JSON, feeds, sitemaps, and files at fixed addresses."""

from django.urls import path, re_path

from articles.syndication.views import feeds
from articles.syndication.views import files as machines
from articles.syndication.views import upstream_json as api

SLUG = r"(?P<slug>[-a-zA-Z0-9_]+)"
# Upstream's own spellings of a page: page/2/ and page2/; the list itself is its page 1.
PAGE = r"(?:page/?(?P<number>[1-9][0-9]{0,8})/)?index\.json$"
FILE = r"(?P<number>0|[1-9][0-9]{0,8})"
FEED = r"feed\.(?P<form>rss|atom|json)$"

urlpatterns = [
    re_path(rf"^api/news/{PAGE}", api.news, name="news_json"),
    re_path(rf"^api/news/{SLUG}/{PAGE}", api.topic_news, name="topic_json"),
    re_path(rf"^{FEED}", feeds.front, name="front_feed"),
    re_path(rf"^latest/{FEED}", feeds.latest, name="latest_feed"),
    re_path(rf"^topics/{SLUG}/{FEED}", feeds.topic, name="topic_feed"),
    # PostgreSQL refuses to look for a NUL.
    re_path(rf"^providers/(?P<domain>[^/\s\x00]+)/{FEED}", feeds.provider, name="provider_feed"),
    re_path(rf"^search/{FEED}", feeds.search, name="search_feed"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap"),
    path("sitemap-pages.xml", machines.sitemap_pages, name="sitemap_pages"),
    path("sitemap-news.xml", machines.sitemap_news, name="sitemap_news"),
    re_path(
        r"^sitemap-articles-(?P<number>0|[1-9][0-9]{0,8})\.xml$", machines.sitemap_articles, name="sitemap_articles"
    ),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("site.webmanifest", machines.manifest, name="manifest"),
    path("favicon.ico", machines.favicon, name="favicon"),
]
