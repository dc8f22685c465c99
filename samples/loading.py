"""Loads the sample council through the use cases that a council's own files and lists go through."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from db.queries.caseload import newest_loaded
from integrations.case_system.csv_extracts import read_extract
from integrations.case_system.first_use_lists import read_list
from integrations.case_system.organisation_lists import read_organisation_list
from rules.lengths import WorkingDays
from samples.council import make_council
from samples.extracts import files_of
from usecases.caseload_imports import import_extract
from usecases.extract_ports import DateForm, ExtractKind
from usecases.first_use import FirstUseReport, import_list_file
from usecases.first_use_rows import ListKind
from usecases.import_reports import ImportReport
from usecases.organisation_imports import OrganisationImport, import_organisation
from usecases.organisation_lists import OrganisationKind
from usecases.work import Work

# Whoever reads the record of imports sees at once that the data are made up.
LOADED_BY = "sample council"


@dataclass(frozen=True, slots=True)
class SampleLoaded:
    """What was loaded: the reports of the extracts, of the lists of the organisation, and of the past audits.

    An edition under which none of them would be an audit has no past audits.
    """

    as_of: date
    extracts: tuple[ImportReport, ...]
    lists: tuple[OrganisationImport, ...]
    past_audits: FirstUseReport | None


def load_sample(work: Work, say: Callable[[str], None]) -> SampleLoaded:
    """The sample council as of today, in the transaction of `work`: all of it or nothing."""
    council = make_council(work.today, work.policy, work.calendar)
    files = files_of(council)
    say("  services, teams and people …")
    lists = [_load_list(work, files, OrganisationKind.SERVICES)]
    teams = _load(work, files, ExtractKind.TEAMS, council.as_of)
    lists.append(_load_list(work, files, OrganisationKind.PEOPLE))
    workers = _load(work, files, ExtractKind.WORKERS, council.as_of)
    say("  posts, auditors and absences …")
    kinds = (OrganisationKind.POSTS, OrganisationKind.AUDITORS, OrganisationKind.ABSENCES)
    lists += [_load_list(work, files, kind) for kind in kinds]
    say("  2,500 open cases …")
    involvements = _load(work, files, ExtractKind.INVOLVEMENTS, council.as_of)
    say("  ten cycles of past audits …")
    recorded = _load_past_audits(work, files) if council.past_audits else None
    return SampleLoaded(council.as_of, (teams, workers, involvements), tuple(lists), recorded)


def extract_again(work: Work, as_of: date) -> bool:
    """Loads the same open cases in an extract of today, if the newest one is too old to open a cycle from (C1)."""
    newest = newest_loaded(work.session, ExtractKind.INVOLVEMENTS)
    if newest is None or newest.imported_by != LOADED_BY or work.today <= newest.extracted_on:
        return False
    age = WorkingDays(work.calendar.between(newest.extracted_on, work.today))
    if age <= work.policy.caseload.oldest_extract_at_opening:
        return False
    council = make_council(as_of, work.policy, work.calendar)
    _load(work, files_of(council, work.today), ExtractKind.INVOLVEMENTS, work.today)
    return True


def _load_list(work: Work, files: dict[str, bytes], kind: OrganisationKind) -> OrganisationImport:
    name = f"{kind}.csv"
    return import_organisation(
        work,
        read_list=read_organisation_list,
        kind=kind,
        file_name=name,
        content=io.BytesIO(files[name]),
        date_form=DateForm.ISO,
    )


def _load(work: Work, files: dict[str, bytes], kind: ExtractKind, extracted_on: date) -> ImportReport:
    return import_extract(
        work,
        read_extract=read_extract,
        kind=kind,
        file_name=f"{kind}.csv",
        content=io.BytesIO(files[f"{kind}.csv"]),
        extracted_on=extracted_on,
        date_form=DateForm.UK,
    )


def _load_past_audits(work: Work, files: dict[str, bytes]) -> FirstUseReport:
    return import_list_file(
        work,
        read_list=read_list,
        kind=ListKind.PAST_AUDITS,
        file_name="past_audits.csv",
        content=io.BytesIO(files["past_audits.csv"]),
    )
