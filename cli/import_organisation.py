"""A council's own lists of its organisation, at the command line (P4)."""

from collections.abc import Iterator

from cli.house import House
from cli.imported import MOST_TOLD, Asked, Imported
from integrations.wiring import organisation_reader
from usecases.organisation_imports import OrganisationImport, import_organisation
from usecases.organisation_lists import OrganisationKind


def load_list(house: House, asked: Asked, kind: OrganisationKind) -> Imported:
    """What differs from the record begins on the day that a row names, else on that of the list."""
    with asked.content() as content, house.work() as work:
        report = import_organisation(
            work,
            read_list=organisation_reader(),
            kind=kind,
            file_name=asked.file.name,
            content=content,
            as_of=asked.on,
            date_form=asked.date_form,
            dry_run=asked.dry_run,
        )
    return Imported(report, _lines(report))


def _lines(report: OrganisationImport) -> Iterator[str]:
    yield f"{report.file_name}: {report.sentence}"
    for refused in report.refused[:MOST_TOLD]:
        yield f"  {refused.sentence}"
    if len(report.refused) > MOST_TOLD:
        yield f"  … and {len(report.refused) - MOST_TOLD} more; --json has all of them."
    if report.columns_not_read:
        yield f"  columns not read: {', '.join(report.columns_not_read)}"
