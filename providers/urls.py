from django.urls import path, register_converter

from providers import views


class DomainConverter:
    # PostgreSQL refuses to search for a NUL.
    regex = r"[^/\s\x00]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(DomainConverter, "domain")

urlpatterns = [
    path("", views.Providers.as_view(), name="providers"),
    path("<domain:domain>/", views.ProviderArticles.as_view(), name="provider"),
]
