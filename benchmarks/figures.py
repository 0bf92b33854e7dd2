"""A figure beside its limit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.value > self.limit

    def __str__(self) -> str:
        digits = 0 if self.value >= 100 or self.value == int(self.value) else 2
        limit = "" if self.limit is None else f"limit {self.limit:,g}{'  OVER' if self.is_over else ''}"
        return f"{self.name:<58} {self.value:>10,.{digits}f} {self.unit:<22} {limit}".rstrip()
