"""The moderation template: gathered as it stands, kept when feedback is given, and owed to the case system (M3, M4)."""

import re
import uuid
from collections.abc import Mapping

from db.queries import jobs
from db.queries import moderated_audits as moderated
from db.queries.case_system_commands import NewCommand, add_commands
from db.queries.moderated_audits import Moderated
from db.queries.organisation import service_titles
from db.queries.reaches import EVERYTHING
from db.tables.moderation import ModerationTemplate
from reports.audit_reports import FormShown
from reports.moderation_pages import as_file
from reports.moderation_reports import DomainRegraded, ModerationReport
from reports.report_files import Medium, ReportFile, best_medium
from rules.audit_tools import AuditTool
from rules.dates_in_words import month_in_words
from rules.gradings import GradingContent
from usecases.audit_tools import tool_read
from usecases.editions import by_edition_or_in_force
from usecases.errors import NotFound
from usecases.moderated_reports import grades_of_auditor
from usecases.moderation_steps import ONE, ModeratedRead, look_at, read
from usecases.report_gradings import grade_shown
from usecases.report_hashes import hash_of
from usecases.trail import Entry, record
from usecases.work import Work

OCCASION = "moderated"
_NOTHING = GradingContent()


def keep_template(work: Work, it: Moderated) -> None:
    """Keeps the template as it stands, and owes it to the case system (M4)."""
    content = _gathered(work, read(work, it)).as_plain()
    content_hash = hash_of(content)
    moderated.add_template(
        work.session,
        ModerationTemplate(
            moderated_audit_id=it.row.id,
            made_at=work.now,
            made_by=work.actor,
            content_hash=content_hash,
            content=content,
        ),
    )
    key = f"{it.audit.reference}.moderation.{it.row.id}.upload"
    owed = NewCommand(key, "upload_document", OCCASION, it.row.report_version, moderated_audit_id=it.row.id)
    added = add_commands(work.session, work.now, it.audit.id, [owed])
    details = {"content_hash": content_hash, "commands": [str(id_) for id_ in added]}
    record(work, Entry((ONE, str(it.row.id)), "moderation_template_stored", rule="M4", details=details))
    jobs.ask_for_run(work.session, jobs.CASE_SYSTEM, work.now)  # so that nobody waits for the next tick


def read_template(work: Work, id_: uuid.UUID, medium: Medium) -> ReportFile:
    """The template as a file: as it was kept, or a draft while there is no feedback; who read it is kept (C4).

    Raises NotFound for one out of reach or cleared by retention, and NoPdf.
    """
    return _read(work, look_at(work, id_), medium)


def template_file(work: Work, id_: uuid.UUID) -> ReportFile:
    """The kept template as the file that goes to the case system. Raises as `read_template`."""
    it = moderated.one_moderated(work.session, id_, EVERYTHING)
    if it is None:
        raise NotFound(f"There is no moderated audit {id_}.")
    return _read(work, it, best_medium())


def _read(work: Work, it: Moderated, medium: Medium) -> ReportFile:
    kept = moderated.template_of(work.session, it.row.id)
    if kept is None:
        report = _gathered(work, read(work, it))
    elif kept.content is None:
        raise NotFound(f"The moderation of {it.audit.reference} was cleared: its time to be kept is over.")
    else:
        report = ModerationReport.from_plain(kept.content)
    file = as_file(report, medium)
    details = {"as": medium.value, "is_draft": kept is None}
    record(work, Entry((ONE, str(it.row.id)), "moderation_template_read", rule="C4", details=details))
    return file


def _gathered(work: Work, found: ModeratedRead) -> ModerationReport:
    """The template with everything that is written so far."""
    it = found.it
    work = by_edition_or_in_force(work, it.round.edition_id)
    edition = work.policy.edition
    regrade = found.regrade.content if found.regrade else _NOTHING
    titles = service_titles(work.session)
    return ModerationReport(
        reference=it.audit.reference,
        council=edition.council,
        edition=FormShown(edition.id, edition.version, edition.title),
        marking=work.policy.reports.marking,
        month=month_in_words(it.round.month),
        report_version=it.row.report_version,
        case_reference=it.audit.case_reference,
        service_title=titles.get(it.audit.service_id, it.audit.service_id),
        auditor=it.auditor,
        moderator=it.moderator or "",
        issued_on=it.audit.issued_on,
        drawn_on=it.round.drawn_on,
        due_on=it.row.due_on,
        made_at=work.now,
        made_by=work.actor,
        why_drawn=tuple(_with_titles(reason["sentence"], titles) for reason in it.row.reasons),
        met_on=it.row.met_on,
        not_met_because=found.not_met_because or "",
        given_on=it.row.fed_back_on,
        auditor_overall=grade_shown(work.policy, it.row.auditor_grade),
        moderator_overall=grade_shown(work.policy, regrade.overall),
        domains=_domains(work, it, tool_read(work, it.audit), regrade),
        findings=regrade.overall_because,
        strengths=regrade.strengths,
        areas_to_improve=regrade.areas_to_improve,
        feedback=found.feedback or "",
    )


def _with_titles(sentence: str, titles: Mapping[str, str]) -> str:
    """The sentence with services by name: rules know them by their ids alone."""
    return re.sub(r"\w+", lambda word: titles.get(word[0], word[0]), sentence)


def _domains(work: Work, it: Moderated, tool: AuditTool, regrade: GradingContent) -> tuple[DomainRegraded, ...]:
    """The domains of the audit's form, in its order."""
    by_auditor = grades_of_auditor(work, it)
    return tuple(
        DomainRegraded(
            domain=domain.id,
            title=domain.title,
            auditor=by_auditor.get(domain.id),
            moderator=grade_shown(work.policy, written.grade) if (written := regrade.domain(domain.id)) else None,
            is_applicable=written.is_applicable if written else True,
            findings=written.evidence if written else "",
        )
        for domain in tool.domains
    )
