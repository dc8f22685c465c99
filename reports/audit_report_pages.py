"""The report of an audit in the words in which a page says it, for the page on screen and the PDF alike."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports.audit_reports import (
    ActionShown,
    AuditReport,
    CheckAnswered,
    CorrectionShown,
    DiscussionShown,
    DomainGraded,
    GradeShown,
    GradingShown,
)
from rules.compliance import ComplianceScore
from rules.dates_in_words import MONTHS, listed
from rules.gradings import CheckAnswer

Words = dict[str, Any]
_LONDON = ZoneInfo("Europe/London")
_ORDINALS = ("", "First ", "Second ", "Third ", "Fourth ", "Fifth ")
_KINDS = {"ordinary": "Audit", "themed": "Themed audit", "re_audit": "Re-audit"}
_ANSWERS = {CheckAnswer.YES: "Yes", CheckAnswer.NO: "No", CheckAnswer.NOT_APPLICABLE: "Not applicable"}
_NO_GRADING = GradingShown()


def page_of(report: AuditReport, newest: int | None = None) -> Words:
    """Everything that a page shows, as text; `newest` is the version that has replaced this one, if any has."""
    before, after = report.before_discussion or _NO_GRADING, report.after_discussion or _NO_GRADING
    last = report.after_discussion or before
    return {
        "title": f"Report of audit {report.reference}",
        "reference": report.reference,
        "council": report.council,
        "framework": f"{report.edition.title}, version {report.edition.version}",
        "kind": kind_in_words(report),
        "marking": report.marking,
        "version": report.version.number,
        "standing": _standing(report, newest),
        "warnings": list(_warnings(report, newest)),
        "audit_facts": list(_facts(report)),
        "overall": _overall(report, before, after),
        "compared_with": [_compared(earlier) for earlier in report.compared_with],
        "domains": _domains(before, after),
        "strengths": [_paragraphs(text) for text in last.strengths],
        "areas_to_improve": [_paragraphs(text) for text in last.areas_to_improve],
        "plan": _plan(report),
        "discussion": _discussion(report.discussion),
        "compliance": _compliance(report.checks),
        "corrections": [_correction(correction) for correction in report.corrections],
        "feedback": _feedback(report.feedback_points),
        "comments": [
            {"by": item.by, "on": day(item.written_on), "text": _paragraphs(item.text)} for item in report.comments
        ],
        "about": list(_about(report)),
    }


def kind_in_words(report: AuditReport) -> str:
    """ "Audit", "Themed audit", "Second re-audit"."""
    if report.kind != "re_audit":
        return _KINDS.get(report.kind, report.kind)
    named = _ORDINALS[report.sequence] if 0 < report.sequence < len(_ORDINALS) else ""
    return f"{named}{'re-audit' if named else 'Re-audit'}"


def day(on: date | None) -> str:
    """ "2 April 2026"; nothing for no day."""
    return "" if on is None else f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def _moment(at: datetime) -> str:
    local = at.astimezone(_LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


def _standing(report: AuditReport, newest: int | None) -> str:
    """What every page says of the version; nothing of the newest of an issued report."""
    if newest is not None and newest > report.version.number:
        return f"Replaced by version {newest}"
    return "Draft: not issued" if report.issued_on is None else ""


def _warnings(report: AuditReport, newest: int | None) -> Iterator[str]:
    if report.issued_on is None:
        yield "Draft: not issued. For the auditor and the audit team only; grades may still change."
    if newest is not None and newest > report.version.number:
        yield f"This is not the newest version: version {newest} has taken its place."


def _facts(report: AuditReport) -> Iterator[Words]:
    discussed = report.discussion.held_on if report.discussion else None
    facts = {
        "Case": report.case_reference,
        "Practitioner": report.practitioner,
        "Team": f"{report.team_title} ({report.team})" if report.team_title != report.team else report.team,
        "Service": report.service_title,
        "Auditor": report.auditor,
        "Cycle": report.cycle,
        "Theme": report.theme,
        "Period looked at": f"{day(report.window_from)} to {day(report.window_to)}",
        "Allocated": day(report.allocated_on),
        "Discussed": day(discussed),
        "Submitted": day(report.submitted_on),
        "Accepted": day(report.accepted_on),
        "Issued": day(report.issued_on) or "not yet",
    }
    return ({"term": term, "text": text} for term, text in facts.items() if text)


def _about(report: AuditReport) -> Iterator[Words]:
    tools = [f"{tool.title}, version {tool.version}" for tool in report.tools]
    facts = {
        "Version": f"{report.version.number}: {report.version.because}",
        "Made": f"{_moment(report.version.made_at)} by {report.version.made_by}",
        "Framework": f"{report.edition.title}, version {report.edition.version} ({report.edition.id})",
        "Audit tool": f"{tools[0]}, with {listed(tools[1:])}" if tools[1:] else "".join(tools),
    }
    return ({"term": term, "text": text} for term, text in facts.items() if text)


def _overall(report: AuditReport, before: GradingShown, after: GradingShown) -> Words | None:
    """None for an audit without graded domains, of which there is a percentage only (P8)."""
    if not (before.domains or after.domains or before.overall or after.overall):
        return None
    effective = report.effective
    return {
        "before": _grade(before.overall),
        "before_on": day(before.graded_on),
        "after": _grade(after.overall),
        "after_on": day(after.graded_on),
        "movement": _movement(before.overall, after.overall),
        "effective": _grade(effective) if effective != after.overall else None,
        "why_above_worst": _paragraphs(after.why_above_worst or before.why_above_worst),
        "safety": _safety(after if report.after_discussion else before),
    }


def _safety(grading: GradingShown) -> str:
    if grading.is_anyone_unsafe is None:
        return ""
    return "Is anyone unsafe now? " + ("Yes: see the safety alert." if grading.is_anyone_unsafe else "No.")


def _grade(grade: GradeShown | None) -> Words | None:
    """`filled` of `of` segments are drawn beside the title: all of them for the best grade, one for the worst."""
    if grade is None:
        return None
    filled = grade.of - grade.place + 1
    return {"title": grade.title, "filled": filled, "of": grade.of, "tone": _tone(grade)}


def _tone(grade: GradeShown) -> str:
    if grade.place == 1:
        return "best"
    if grade.place == grade.of:
        return "worst"
    return "good" if (grade.place - 1) * 2 < grade.of - 1 else "weak"


def _movement(before: GradeShown | None, after: GradeShown | None) -> str:
    if before is None or after is None:
        return ""
    steps = before.place - after.place
    if steps == 0:
        return "Unchanged"
    return f"{abs(steps)} level{'s' if abs(steps) > 1 else ''} {'higher' if steps > 0 else 'lower'}"


def _compared(earlier: Any) -> Words:
    return {
        "what": earlier.what.capitalize(),
        "reference": earlier.reference,
        "grade": _grade(earlier.grade),
        "issued": day(earlier.issued_on),
    }


def _domains(before: GradingShown, after: GradingShown) -> list[Words]:
    """Each domain once, in the order of the form, with what either grading says of it."""
    first = {domain.domain: domain for domain in before.domains}
    second = {domain.domain: domain for domain in after.domains}
    return [_domain(first.get(id_), second.get(id_)) for id_ in {**first, **second}]


def _domain(before: DomainGraded | None, after: DomainGraded | None) -> Words:
    last = after or before
    assert last is not None, "one of the two gradings has it"
    first_grade, last_grade = before.grade if before else None, after.grade if after else None
    evidence = last.evidence or (before.evidence if before else "")
    earlier = before.evidence if before and before.evidence != evidence else ""
    return {
        "title": last.title,
        "is_applicable": last.is_applicable,
        "before": _grade(first_grade),
        "after": _grade(last_grade),
        "movement": _movement(first_grade, last_grade),
        "evidence": _paragraphs(evidence),
        "evidence_before": _paragraphs(earlier),
        "lines": [
            {
                "question": line.question,
                "answer": _paragraphs(line.answer) if line.is_applicable else ["Not applicable"],
            }
            for line in last.lines
        ],
    }


def _plan(report: AuditReport) -> Words | None:
    if report.plan is None:
        return None
    facts = {"Agreed": day(report.plan.agreed_on), "Confirmed by the head of service": day(report.plan.confirmed_on)}
    return {
        "facts": [{"term": term, "text": text} for term, text in facts.items() if text],
        "actions": [_action(number, action) for number, action in enumerate(report.plan.actions, 1)],
    }


def _action(number: int, action: ActionShown) -> Words:
    said = {
        "How it is measured": action.measurable,
        "Why it is achievable": action.achievable,
        "What it answers": action.relevant,
        "Evidence": action.evidence,
    }
    return {
        "number": number,
        "specific": _paragraphs(action.specific),
        "owner": action.owner,
        "due": day(action.due_on),
        "done": day(action.done_on),
        "said": [{"term": term, "text": _paragraphs(text)} for term, text in said.items() if text.strip()],
    }


_ATTENDED = {
    True: "The team manager, or whoever acts in their place, attended.",
    False: "Neither the team manager nor anybody in their place attended.",
}


def _discussion(discussion: DiscussionShown | None) -> Words | None:
    if discussion is None:
        return None
    attended = discussion.team_manager_attended
    return {
        "held": day(discussion.held_on),
        "added": _paragraphs(discussion.what_it_added),
        "not_held_because": _paragraphs(discussion.not_held_because),
        "attended": "" if attended is None else _ATTENDED[attended],
    }


def _compliance(checks: Sequence[CheckAnswered]) -> Words | None:
    """The score of P8, with the checks that it is of."""
    if not checks:
        return None
    given = [check.answer for check in checks]
    score = ComplianceScore(*(given.count(answer) for answer in CheckAnswer))
    return {
        "percentage": "" if score.percentage is None else f"{score.percentage} %",
        "sentence": f"{score.yes} of {score.yes + score.no} checks that apply are met; "
        f"{score.not_applicable} not applicable.",
        "checks": [
            {
                "question": check.question,
                "answer": _ANSWERS[check.answer] if check.answer else "Not answered",
                "days": " to ".join(filter(None, (day(check.began_on), day(check.ended_on)))),
                "note": _paragraphs(check.note),
            }
            for check in checks
        ],
    }


def _correction(correction: CorrectionShown) -> Words:
    graded = [{"title": domain.title, "grade": _grade(domain.grade)} for domain in correction.domains]
    overall = [{"title": "Overall", "grade": _grade(correction.overall)}] if correction.overall else []
    return {"on": day(correction.corrected_on), "reason": _paragraphs(correction.reason), "grades": overall + graded}


def _feedback(points: int) -> str:
    """That there is some (L8): what it says is for those whom it is about."""
    if not points:
        return ""
    what = "One point" if points == 1 else f"{points} points"
    return (
        f"{what} on work in the period by an earlier practitioner or another team went to those concerned as "
        "feedback. It is not graded, and no part of this report."
    )


def _paragraphs(text: str) -> list[str]:
    """What somebody wrote, by its empty lines; line breaks inside a paragraph stay."""
    unified = "\n".join(line.rstrip() for line in text.splitlines())
    return [paragraph for part in unified.split("\n\n") if (paragraph := part.strip("\n"))]
