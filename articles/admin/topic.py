from django.contrib import admin

from articles.models import Topic


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    search_fields = ("name", "short_name", "slug")
