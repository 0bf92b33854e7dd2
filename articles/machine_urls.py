from django.urls import re_path

from articles.views import api

# Upstream's own spellings of a page: page/2/ and page2/; the list itself is its page 1.
PAGE = r"(?:page/?(?P<number>[1-9][0-9]{0,8})/)?index\.json$"

urlpatterns = [
    re_path(rf"^api/news/{PAGE}", api.news, name="news_json"),
    re_path(rf"^api/news/(?P<slug>[-a-zA-Z0-9_]+)/{PAGE}", api.topic_news, name="topic_json"),
]
