from django.contrib import admin

from articles.admin import image, log, topic
from articles.admin.article import model_admin

__all__ = ["image", "log", "model_admin", "topic"]

admin.site.site_title = admin.site.site_header = "Newsroom"
admin.site.index_title = "Upkeep"
