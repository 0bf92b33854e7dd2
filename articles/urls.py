from django.urls import path

from articles.views import public

urlpatterns = [
    path("", public.Front.as_view(), name="front"),
    path("latest/", public.Latest.as_view(), name="latest"),
    path("articles/<slug:slug>/", public.article, name="article"),
    path("topics/", public.Topics.as_view(), name="topics"),
    path("topics/<slug:slug>/", public.TopicArticles.as_view(), name="topic"),
]
