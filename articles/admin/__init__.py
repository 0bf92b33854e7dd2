from django.contrib import admin

from articles.admin.article import ArticleAdmin
from articles.admin.image import ImageAdmin
from articles.admin.topic import TopicAdmin

__all__ = ["ArticleAdmin", "ImageAdmin", "TopicAdmin"]

admin.site.site_title = admin.site.site_header = "Newsroom"
admin.site.index_title = "Upkeep"
