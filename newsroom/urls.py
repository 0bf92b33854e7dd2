from django.contrib import admin
from django.urls import include, path

from newsroom.health import health
from newsroom.people import account, sign_in

handler400, handler403 = "newsroom.errors.not_understood", "newsroom.errors.refused"
handler404, handler500 = "newsroom.errors.not_found", "newsroom.errors.broken"

urlpatterns = [
    path("", include("articles.public.urls")),
    path("", include("articles.syndication.urls")),
    path("", include("articles.api.urls")),
    path("providers/", include("providers.urls")),
    path("desk/", include("newsroom.people.urls")),
    path("desk/", include("articles.desk.urls")),
    path("health/", health, name="health"),
    # Replace those of the admin: ours release claims, ask for the second factor, and stand in the log of accounts.
    path("admin/login/", sign_in.LogIn.as_view()),
    path("admin/logout/", sign_in.log_out),
    path("admin/password_change/", account.ChangePassword.as_view()),
    # Django's redirect to the page of any row, which would tell the slug of a hidden one. No page of ours links to it.
    path("admin/r/<path:url>", admin.site.admin_view(admin.site.catch_all_view)),
    path("admin/", admin.site.urls),
]
