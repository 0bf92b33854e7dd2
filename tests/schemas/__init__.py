"""What is sent to machines, against schemas that we wrote from the specifications; each names its own."""

import json
from functools import cache
from pathlib import Path

import fastjsonschema
from lxml import etree

HERE = Path(__file__).parent
KINDS = {".rng": etree.RelaxNG, ".xsd": etree.XMLSchema}


def problems(raw: bytes, schema: str) -> list[str]:
    """What is wrong with a document: nothing, if it is valid."""
    check = _schema(schema)
    if schema.endswith(".json"):
        try:
            check(json.loads(raw))
        except (ValueError, fastjsonschema.JsonSchemaException) as error:
            return [str(error)]
        return []
    try:
        document = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    return [] if check.validate(document) else [str(error) for error in check.error_log]


@cache
def _schema(name: str):
    file = HERE / name
    if file.suffix == ".json":
        return fastjsonschema.compile(json.loads(file.read_text()))
    return KINDS[file.suffix](etree.parse(file))
