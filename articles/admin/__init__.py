from django.contrib import admin

from articles.admin import article, image, log, people, topic

__all__ = ["article", "image", "log", "people", "topic"]

admin.site.site_title = admin.site.site_header = "Newsroom"
admin.site.index_title = "Upkeep"
