"""A long text as a number that an index holds in 8 bytes instead of a hundred: the index stays small and in memory."""

from functools import lru_cache
from hashlib import blake2b

from django.db import models

# The longest address that a row holds, in characters.
URL_LENGTH = 2000


@lru_cache(maxsize=10_000)  # an import asks for that of most texts twice
def key_of(text: str) -> int:
    """The first 8 bytes of BLAKE2b, as a signed number: two texts with one key are not to be met (1 in 10^19)."""
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), signed=True)


class KeyField(models.BigIntegerField):
    """The key of another text column of the row, kept by every save; `update()` and migrations must write both."""

    def __init__(self, *args, of: str, **kwargs):
        self.of = of
        super().__init__(*args, **kwargs | {"editable": False, "default": 0})

    def deconstruct(self):
        # What a migration writes down: the column that it is in the database, so that no migration names this class.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs

    def clone(self):
        _, _, args, kwargs = self.deconstruct()
        return KeyField(*args, of=self.of, **kwargs)

    def pre_save(self, model_instance, add):
        key = key_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key
