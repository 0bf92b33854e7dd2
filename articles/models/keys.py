"""Keys of long texts: an index of 8-byte hashes is much smaller than one of the texts, and stays in memory."""

from functools import lru_cache
from hashlib import blake2b

from django.db import models

from articles.texts import fold

# The maximum length of a URL column, in characters.
URL_LENGTH = 2000


@lru_cache(maxsize=10_000)  # an import computes most keys twice
def key_of(text: str) -> int:
    """The first 8 bytes of BLAKE2b as a signed integer. The probability that two texts share a key is 1 in 10^19."""
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), signed=True)


class KeyField(models.BigIntegerField):
    """The key of another column, `of`. `save()` sets it; an `update()` or a migration must set it as well."""

    def __init__(self, *args, of: str, **kwargs):
        self.of = of
        super().__init__(*args, **kwargs | {"editable": False, "default": 0})

    def deconstruct(self):
        # Migrations contain the field as a plain BigIntegerField, so that none of them imports this class.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs

    def clone(self):
        _, _, args, kwargs = self.deconstruct()
        return KeyField(*args, of=self.of, **kwargs)

    def pre_save(self, model_instance, add):
        key = key_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key


class FoldedField(models.CharField):
    """The folded form of a name, another column, `of`. `save()` sets it; a raw insert must set it as well."""

    def __init__(self, *args, of: str, **kwargs):
        self.of = of
        # Folding can make three characters of one.
        super().__init__(*args, **kwargs | {"editable": False, "max_length": 600})

    def deconstruct(self):
        # As for KeyField.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def clone(self):
        _, _, args, kwargs = self.deconstruct()
        return FoldedField(*args, of=self.of, **kwargs)

    def pre_save(self, model_instance, add):
        folded = fold(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, folded)
        return folded
