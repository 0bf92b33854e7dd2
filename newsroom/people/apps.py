from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "newsroom.people"
    label = "people"

    def ready(self) -> None:
        from newsroom import checks  # noqa: F401, PLC0415  # they register themselves
