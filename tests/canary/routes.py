"""Addresses of every public route that show an article while readers may see it.

A new public route wants one line in ROUTES.
"""

# The name of a public route → addresses of it. Words in braces belong to one article. Those that show nothing of an
# article have no such word, and stand in SILENT.
ROUTES = {
    "front": ["/"],
    "latest": ["/latest/"],
    "latest, narrowed": [
        "/latest/?topic={topic}",
        "/latest/?provider={domain}",
        "/latest/?type=podcast",
        "/latest/?category=news",
        "/latest/?topic={topic}&provider={domain}&type=podcast&category=news",
    ],
    "article": ["/articles/{slug}/"],
    "story": ["/stories/{slug}/"],
    "corrections": ["/corrections/"],
    "about": ["/about/"],
    "archive": ["/archive/"],
    "archive_month": ["/archive/{month}/"],
    "archive_day": ["/archive/{month}/{day}/"],
    "topics": ["/topics/"],
    "topic": ["/topics/{topic}/"],
    "providers": ["/providers/"],
    "provider": ["/providers/{domain}/"],
    "search": [
        "/search/?q={title}",
        "/search/?q={excerpt}",
        "/search/?q={body}",
        "/search/?q=%22{title}%22",
        "/search/?q=topic:{topic}",
        "/search/?q=provider:{name}",
        "/search/?q=type:podcast",
        "/search/?q=after:2018-01-01+before:2019-01-01+type:podcast",
        "/search/?q=tram",
        "/search/?q=tram+-nothing",
        "/search/?q=tram&topic={topic}",
        "/search/?q=tram&provider={domain}",
        "/search/?topic={topic}",
        "/search/?provider={domain}&type=podcast",
    ],
    "picture": ["{file}", "{copy}"],
    "json_topics": ["/api/topics/index.json"],
    "json_list": ["/api/news/index.json", "/api/news/page/1/index.json", "/api/news/page1/index.json"],
    "json_list, narrowed": ["/api/news/index.json?minimum_heat=90", "/api/news/index.json?since=2020-01-01"],
    "json_below": ["/api/news/{topic}/index.json", "/api/news/{topic}/page/1/index.json"],
    "front_feed": ["/feed.rss", "/feed.atom", "/feed.json"],
    "latest_feed": ["/latest/feed.rss", "/latest/feed.atom", "/latest/feed.json"],
    "topic_feed": ["/topics/{topic}/feed.rss", "/topics/{topic}/feed.atom", "/topics/{topic}/feed.json"],
    "provider_feed": [
        "/providers/{domain}/feed.rss",
        "/providers/{domain}/feed.atom",
        "/providers/{domain}/feed.json",
    ],
    "search_feed": ["/search/feed.rss?q=tram", "/search/feed.atom?q={title}", "/search/feed.json?provider={domain}"],
    "sitemap": ["/sitemap.xml"],
    "sitemap_pages": ["/sitemap-pages.xml"],
    "sitemap_articles": ["/sitemap-articles-0.xml"],
    "sitemap_news": ["/sitemap-news.xml"],
    "robots": ["/robots.txt"],
    "security": ["/.well-known/security.txt"],
    "manifest": ["/site.webmanifest"],
    "favicon": ["/favicon.ico"],
    "health": ["/health/"],
    "api_description": ["/api/openapi.json"],
}  # fmt: skip
# Never of one visible article.
SILENT = {
    "archive",
    "archive_month",
    "about",
    "corrections",
    "sitemap",
    "robots",
    "security",
    "manifest",
    "favicon",
    "health",
    "api_description",
    "picture",
}
# They answer to clients with a token alone: tests/api/.
WITH_TOKEN = {"api_document", "api_imports", "api_import"}
OLD_ADDRESSES = [
    "/articles/{old}/",
    "/stories/{old}/",
    "/topics/{old}/",
    "/topics/{old}/feed.rss",
    "/api/news/{old}/index.json",
]
