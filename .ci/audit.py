"""Compares what the lock files pin with the known advisories of .ci/advisories.toml. `make audit` runs it.

It fails with a line for each pinned version that an advisory affects, whatever machine the pin is for. It warns, and
does not fail, where the list was last reviewed long ago, or Python itself is older than the newest patch release.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from locks import Pin, Unreadable, pins
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]
LOCK_FILES = ("requirements.lock", "requirements-dev.lock")
KEYS = {"id", "package", "affected", "fixed", "what"}
DAYS_OF_A_REVIEW = 90


def read(file: Path) -> Mapping[str, Any]:
    """Returns the list of advisories, or raises Unreadable."""
    try:
        known = tomllib.loads(file.read_text())
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"{file.name}: {error}") from error
    shape = {"reviewed": date, "advisories": list, "python": dict}
    if wrong := [name for name, kind in shape.items() if not isinstance(known.get(name), kind)]:
        raise Unreadable(f"{file.name}: {', '.join(wrong)} is missing, or of another kind")
    return known


def checked(advisories: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yields the advisories, or raises Unreadable at the first one that cannot be compared, or that mends nothing."""
    for advisory in advisories:
        name = advisory.get("id", "an advisory without an id")
        if set(advisory) != KEYS or not all(isinstance(value, str) and value for value in advisory.values()):
            raise Unreadable(f"{name}: it must have {', '.join(sorted(KEYS))}, each as text")
        try:
            if SpecifierSet(advisory["affected"]).contains(Version(advisory["fixed"]), prereleases=True):
                raise Unreadable(f"{name}: {advisory['fixed']} is said to be affected and fixed")
        except (InvalidSpecifier, InvalidVersion) as error:
            raise Unreadable(f"{name}: {error}") from error
        yield advisory


def matches(pinned: Iterable[Pin], advisories: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns a line for each pinned version that an advisory affects."""
    by_package: dict[str, list[Mapping[str, Any]]] = {}
    for advisory in checked(advisories):
        by_package.setdefault(canonicalize_name(advisory["package"]), []).append(advisory)
    return [
        f"{advisory['id']}: {name} {version} is affected, fixed in {advisory['fixed']}: {advisory['what']}"
        for name, version in versions(pinned)
        for advisory in by_package.get(name, ())
        if SpecifierSet(advisory["affected"]).contains(version, prereleases=True)
    ]


def versions(pinned: Iterable[Pin]) -> list[tuple[str, Version]]:
    return sorted({(pin.name, pin.version) for pin in pinned})


def warnings(known: Mapping[str, Any], today: date, running: Version) -> Iterator[str]:
    age = (today - known["reviewed"]).days
    if age > DAYS_OF_A_REVIEW:
        yield f"warning: the advisories were last reviewed {age} days ago: CONTRIBUTING.md says how"
    newest = known["python"].get(f"{running.major}.{running.minor}")
    if newest and running < Version(newest):
        yield f"warning: this is Python {running}, and {newest} is out: its patch releases mend weaknesses too"


def main(root: Path = ROOT) -> int:
    try:
        known = read(root / ".ci" / "advisories.toml")
        pinned = [pin for file in LOCK_FILES for pin in pins((root / file).read_text(), file)]
        found = matches(pinned, known["advisories"])
    except Unreadable as error:
        print(f"The audit cannot be made: {error}", file=sys.stderr)
        return 2
    running = Version(".".join(map(str, sys.version_info[:3])))
    for line in [*found, *warnings(known, datetime.now(UTC).date(), running)]:
        print(line, file=sys.stderr)
    number, newest = len(versions(pinned)), ", ".join(known["python"].values())
    print(f"{number} pinned versions, {len(known['advisories'])} advisories: {len(found) or 'none'} affected")
    print(f"Newest patch releases of Python, as of {known['reviewed']}: {newest}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
