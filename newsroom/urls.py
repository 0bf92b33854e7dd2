from django.contrib import admin
from django.urls import include, path

from newsroom import sign_in, typed_forms
from newsroom.health import health

handler400, handler403 = "newsroom.errors.not_understood", "newsroom.errors.refused"
handler404, handler500 = "newsroom.errors.not_found", "newsroom.errors.broken"

urlpatterns = [
    path("", include("articles.public.urls")),
    path("", include("articles.syndication.urls")),
    path("providers/", include("providers.urls")),
    path("desk/login/", sign_in.LogIn.as_view(), name="desk_login"),
    path("desk/logout/", sign_in.log_out, name="desk_logout"),
    path("desk/typed/", typed_forms.typed, name="desk_typed"),
    path("desk/password/", sign_in.ChangePassword.as_view(), name="desk_password"),
    path("desk/", include("articles.desk.urls")),
    path("health/", health, name="health"),
    # Replaces the logout of the admin, since ours releases claims.
    path("admin/logout/", sign_in.log_out),
    path("admin/", admin.site.urls),
]
