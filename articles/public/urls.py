from django.urls import path, re_path

from articles.public.views import archive, corrections, images, search
from articles.public.views import pages as public

MONTH = r"(?P<year>[0-9]{4})/(?P<month>[0-9]{2})"

urlpatterns = [
    path("", public.Front.as_view(), name="front"),
    path("latest/", public.Latest.as_view(), name="latest"),
    path("search/", search.search, name="search"),
    path("corrections/", corrections.Corrections.as_view(), name="corrections"),
    path("about/", public.About.as_view(), name="about"),
    path("archive/", archive.Archive.as_view(), name="archive"),
    re_path(rf"^archive/{MONTH}/$", archive.Month.as_view(), name="archive_month"),
    re_path(rf"^archive/{MONTH}/(?P<day>[0-9]{{2}})/$", archive.Day.as_view(), name="archive_day"),
    path("articles/<slug:slug>/", public.article, name="article"),
    path("stories/<slug:slug>/", public.story, name="story"),
    path("topics/", public.Topics.as_view(), name="topics"),
    path("topics/<slug:slug>/", public.TopicArticles.as_view(), name="topic"),
    # MEDIA_URL. Only characters of stored names: PostgreSQL refuses to search for a NUL.
    re_path(r"^media/(?P<name>[\w./-]+)$", images.image_file, name="picture"),
]
