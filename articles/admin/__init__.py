from django.contrib import admin

from articles.admin import image, log, people, topic
from articles.admin.article import model_admin as article

__all__ = ["article", "image", "log", "people", "topic"]

admin.site.site_title = admin.site.site_header = "Newsroom"
admin.site.index_title = "Upkeep"
