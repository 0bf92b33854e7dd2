from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self) -> None:
        from articles.stories import listeners  # noqa: F401, PLC0415 - it begins to listen
