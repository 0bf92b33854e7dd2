"""`python .ci/sbom.py FILE`: the bill of materials (CycloneDX 1.6, JSON) of what requirements.lock installs.

The same lock file and the same installed packages give the same bytes: the serial number is a digest of the lock file,
and no time is named. Licences are those that the installed packages state; on a machine that leaves a package out, its
component says none.
"""

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from locks import Pin, Unreadable, pins
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
LOCK_FILE = "requirements.lock"
LONGEST_LICENCE = 60  # characters; what is longer is the text of a licence


def bill(root: Path = ROOT) -> str:
    """Returns the bill of materials as JSON."""
    lock = (root / LOCK_FILE).read_text()
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    bom = Bom(serial_number=uuid5(NAMESPACE_OID, lock))
    bom.metadata.timestamp = None
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        bom_ref=project["name"],
        licenses=[LicenseFactory().make_from_string(project["license"])],
    )
    bom.components = [component(pin) for pin in pins(lock, LOCK_FILE)]
    bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def component(pin: Pin) -> Component:
    purl = PackageURL("pypi", name=pin.name, version=str(pin.version))
    # A package has a file for each kind of machine, so its hashes are those of its distribution. No host is named.
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(str(purl)),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in pin.hashes],
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=pin.name,
        version=str(pin.version),
        bom_ref=str(purl),
        purl=purl,
        licenses=licences(pin),
        external_references=[files],
        properties=[Property(name="newsroom:marker", value=pin.marker)] if pin.marker else [],
    )


def licences(pin: Pin) -> list[License]:
    """Returns what the installed package states: an expression, else a line, else its classifiers."""
    try:
        metadata = distribution(pin.name).metadata
    except PackageNotFoundError:
        return []
    if metadata["Version"] != str(pin.version):
        return []
    for key in ("License-Expression", "License"):
        text = (metadata.get(key) or "").strip()
        if text and text != "UNKNOWN" and "\n" not in text and len(text) <= LONGEST_LICENCE:
            return [LicenseFactory().make_from_string(text)]
    stated = [line for line in metadata.get_all("Classifier", []) if line.startswith("License :: ")]
    return [LicenseFactory().make_with_name(line.rpartition(" :: ")[2]) for line in stated]


def problems(text: str) -> Iterator[str]:
    """Yields why this is no valid bill of materials."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error:
        yield str(error)


def main(file: Path) -> int:
    try:
        text = bill()
    except Unreadable as error:
        print(f"The bill of materials cannot be made: {error}", file=sys.stderr)
        return 2
    if found := list(problems(text)):
        print("\n".join(["The bill of materials is not valid:", *found]), file=sys.stderr)
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    print(f"Wrote {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
