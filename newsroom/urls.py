from django.contrib import admin
from django.urls import include, path

from newsroom.health import health

urlpatterns = [
    path("", include("articles.urls")),
    path("", include("articles.machine_urls")),
    path("providers/", include("providers.urls")),
    path("desk/", include("articles.desk_urls")),
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
]
