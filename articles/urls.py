from django.urls import path, re_path

from articles.views import corrections, pictures, public, search

urlpatterns = [
    path("", public.Front.as_view(), name="front"),
    path("latest/", public.Latest.as_view(), name="latest"),
    path("search/", search.search, name="search"),
    path("corrections/", corrections.Corrections.as_view(), name="corrections"),
    path("articles/<slug:slug>/", public.article, name="article"),
    path("topics/", public.Topics.as_view(), name="topics"),
    path("topics/<slug:slug>/", public.TopicArticles.as_view(), name="topic"),
    # MEDIA_URL, without what no stored name has: PostgreSQL refuses to look for a NUL.
    re_path(r"^media/(?P<name>[\w./-]+)$", pictures.picture, name="picture"),
]
