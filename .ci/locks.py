"""Reads what a lock file pins, as `uv pip compile` writes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


class Unreadable(Exception):
    """A file says something that cannot be used; the message says where."""


@dataclass
class Pin:
    """A package in its normal form; `hashes` are the SHA-256 of the files that may be installed of it."""

    name: str
    version: Version
    marker: str = ""  # on which machines it is installed; '' means on all
    hashes: list[str] = field(default_factory=list)


def pins(text: str, file: str) -> Iterator[Pin]:
    """Yields each requirement of a lock file, whatever machine it is for."""
    pin = None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.split(" #")[0].strip().removesuffix("\\").strip()
        if line.startswith("--hash=sha256:") and pin:
            pin.hashes.append(line.removeprefix("--hash=sha256:"))
        elif line and not line.startswith("#"):
            if pin:
                yield pin
            pin = _pin(line, f"{file}:{number}")
    if pin:
        yield pin


def _pin(line: str, where: str) -> Pin:
    try:
        requirement = Requirement(line)
        (specifier,) = requirement.specifier
        if specifier.operator != "==":
            raise ValueError(line)
        return Pin(canonicalize_name(requirement.name), Version(specifier.version), str(requirement.marker or ""))
    except (InvalidRequirement, ValueError) as error:
        raise Unreadable(f"{where}: {line} pins no version") from error
