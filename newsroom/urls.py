from django.contrib import admin
from django.urls import include, path

from newsroom.health import health

urlpatterns = [
    path("", include("articles.urls")),
    path("providers/", include("providers.urls")),
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
]
