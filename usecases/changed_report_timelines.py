"""What a timeline tells of the version that a changed report has, and of what was owed of the one before (D7, C2)."""

from collections.abc import Iterator

from db.queries import audit_life as life
from db.tables.audits import Audit as AuditRow
from rules.audit_events import CHANGES_OF_GRADES
from rules.dates_in_words import listed
from usecases.timeline_lines import Told, day_of
from usecases.work import Work

NEW_VERSION = "report_version_made"
_OWED = {"upload_document": "upload", "record_note": "case note", "send_alert": "alert"}


def new_versions_told(work: Work, row: AuditRow) -> Iterator[Told]:
    """Each new version of an issued report: its number, and what of it and of those before is owed to the record."""
    commands = life.commands_of(work.session, row.id)
    for version in life.changed_versions(work.session, row.id, CHANGES_OF_GRADES):
        number = version.number
        owed = _kinds(it.kind for it in commands if it.report_version == number)
        owed_no_more = _kinds(
            it.kind for it in commands if it.state == "cancelled" and it.settled_at == version.made_at
        )
        sentence = f"The report is version {number} from now on, and the versions before it are kept."
        if owed:
            sentence += f" To be put on record of it: {owed}."
        if owed_no_more:
            sentence += f" What was still to be put on record of the version before is owed no more: {owed_no_more}."
        yield Told(
            on=day_of(version.made_at),
            at=version.made_at,
            by=version.made_by,
            kind="step",
            what=NEW_VERSION,
            state=row.state,
            rule="L7",
            clause=work.policy.clause_of("L7"),
            sentence=sentence,
        )


def _kinds(kinds: Iterator[str]) -> str:
    return listed(list(dict.fromkeys(_OWED.get(kind, kind) for kind in kinds)))
