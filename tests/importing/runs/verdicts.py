"""An import of files, with its report and the verdict on each."""

from articles.importing.runs.run import Report, import_documents
from articles.importing.sources.items import ImportItem


def run(*roots, **options) -> tuple[Report, dict[str, ImportItem]]:
    items: dict[str, ImportItem] = {}
    report = import_documents(roots, on_item=lambda item: items.__setitem__(item.path, item), **options)
    return report, items


def verdicts(*roots, **options) -> dict[str, str]:
    return {path: item.verdict.value for path, item in run(*roots, **options)[1].items()}
