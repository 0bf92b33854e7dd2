from django.contrib import admin

from articles.models import Image


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    search_fields = ("title", "url")
