"""The report of an audit in the words in which a page says it, for the page on screen and the PDF alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reports.audit_reports import (
    ActionShown,
    AuditReport,
    CheckAnswered,
    DiscussionShown,
    DomainGraded,
    GradeShown,
    GradingShown,
)
from reports.correction_pages import corrected, correction_in_words, domain_grades_now, words_for_changes
from reports.report_words import Words, day, grade_in_words, moment, movement, paragraphs
from rules.compliance import ComplianceScore
from rules.dates_in_words import listed
from rules.gradings import CheckAnswer

_ORDINALS = ("", "First ", "Second ", "Third ", "Fourth ", "Fifth ")
_KINDS = {"ordinary": "Audit", "themed": "Themed audit", "re_audit": "Re-audit"}
_ANSWERS = {CheckAnswer.YES: "Yes", CheckAnswer.NO: "No", CheckAnswer.NOT_APPLICABLE: "Not applicable"}
_NO_GRADING = GradingShown()


def page_of(report: AuditReport, newest: int | None = None, disputed_since: date | None = None) -> Words:
    """Everything that a page shows, as text; `newest` is the version that has replaced this one, if any has.

    `disputed_since` is the day from which a dispute about this version is open, as it stands when it is read (D7).
    """
    before, after = report.before_discussion or _NO_GRADING, _second_grading(report)
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
        "warnings": list(_warnings(report, newest, disputed_since)),
        "audit_facts": list(_facts(report)),
        "corrected": corrected(report),
        "labels": _labels(report),
        "changes": words_for_changes(report),
        "overall": _overall(report, before, after),
        "compared_with": [_compared(earlier) for earlier in report.compared_with],
        "domains": _domains(before, after, domain_grades_now(report)),
        "strengths": [paragraphs(text) for text in last.strengths],
        "areas_to_improve": [paragraphs(text) for text in last.areas_to_improve],
        "plan": _plan(report),
        "has_corrected_domains": bool(domain_grades_now(report)),
        "discussion": _discussion(report.discussion),
        "compliance": _compliance(report.checks),
        "corrections": [correction_in_words(correction) for correction in report.corrections],
        "feedback": _feedback(report.feedback_points),
        "comments": [
            {"by": item.by, "on": day(item.written_on), "text": paragraphs(item.text)} for item in report.comments
        ],
        "about": list(_about(report)),
    }


def _second_grading(report: AuditReport) -> GradingShown:
    """Without the reasons for changes, where the discussion was held after all."""
    after = report.after_discussion or _NO_GRADING
    if _not_held_because(report) is not None:
        return after
    domains = tuple(replace(domain, changed_because="") for domain in after.domains)
    return replace(after, changed_because="", domains=domains)


def kind_in_words(report: AuditReport) -> str:
    """ "Audit", "Themed audit", "Second re-audit"."""
    if report.kind != "re_audit":
        return _KINDS.get(report.kind, report.kind)
    named = _ORDINALS[report.sequence] if 0 < report.sequence < len(_ORDINALS) else ""
    return f"{named}{'re-audit' if named else 'Re-audit'}"


def _standing(report: AuditReport, newest: int | None) -> str:
    """What every page says of the version; nothing of the newest of an issued report."""
    if newest is not None and newest > report.version.number:
        return f"Replaced by version {newest}"
    return "Draft: not issued" if report.issued_on is None else ""


def _warnings(report: AuditReport, newest: int | None, disputed_since: date | None) -> Iterator[str]:
    if report.issued_on is None:
        yield "Draft: not issued. For the auditor and the audit team only; grades may still change."
    if newest is not None and newest > report.version.number:
        yield f"This is not the newest version: version {newest} has taken its place."
    if disputed_since is not None:
        yield f"Disputed: a dispute about it is open since {day(disputed_since)}, so its grades may still change."


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
        "Discussed": day(discussed) or ("not held" if _not_held_because(report) is not None else ""),
        "Submitted": day(report.submitted_on),
        "Accepted": day(report.accepted_on),
        "Issued": day(report.issued_on) or "not yet",
    }
    return ({"term": term, "text": text} for term, text in facts.items() if text)


def _about(report: AuditReport) -> Iterator[Words]:
    tools = [f"{tool.title}, version {tool.version}" for tool in report.tools]
    facts = {
        "Version": f"{report.version.number}: {report.version.because}",
        "Made": f"{moment(report.version.made_at)} by {report.version.made_by}",
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
        "before": grade_in_words(before.overall),
        "before_on": day(before.graded_on),
        "after": grade_in_words(after.overall),
        "after_on": day(after.graded_on),
        "movement": movement(before.overall, after.overall),
        "effective": grade_in_words(effective) if effective != after.overall else None,
        "changed_because": paragraphs(after.changed_because),
        "not_held_because": paragraphs(_not_held_because(report) or ""),
        "was_not_held": _not_held_because(report) is not None,
        "why_above_worst": paragraphs(after.why_above_worst or before.why_above_worst),
        "safety": _safety(after if report.after_discussion else before),
    }


def _safety(grading: GradingShown) -> str:
    if grading.is_anyone_unsafe is None:
        return ""
    return "Is anyone unsafe now? " + ("Yes: see the safety alert." if grading.is_anyone_unsafe else "No.")


def _compared(earlier: Any) -> Words:
    return {
        "what": earlier.what.capitalize(),
        "reference": earlier.reference,
        "grade": grade_in_words(earlier.grade),
        "issued": day(earlier.issued_on),
    }


def _domains(before: GradingShown, after: GradingShown, now: Mapping[str, GradeShown | None]) -> list[Words]:
    """Each domain once, in the order of the form, with what either grading says of it, and corrections since."""
    first = {domain.domain: domain for domain in before.domains}
    second = {domain.domain: domain for domain in after.domains}
    return [
        _domain(first.get(id_), second.get(id_)) | {"corrected": grade_in_words(now.get(id_))}
        for id_ in {**first, **second}
    ]


def _domain(before: DomainGraded | None, after: DomainGraded | None) -> Words:
    last = after or before
    assert last is not None, "one of the two gradings has it"
    first_grade, last_grade = before.grade if before else None, after.grade if after else None
    evidence = last.evidence or (before.evidence if before else "")
    earlier = before.evidence if before and before.evidence != evidence else ""
    return {
        "title": last.title,
        "is_applicable": last.is_applicable,
        "before": grade_in_words(first_grade),
        "after": grade_in_words(last_grade),
        "movement": movement(first_grade, last_grade),
        "changed_because": paragraphs(after.changed_because if after else ""),
        "evidence": paragraphs(evidence),
        "evidence_before": paragraphs(earlier),
        "lines": [
            {
                "question": line.question,
                "answer": paragraphs(line.answer) if line.is_applicable else ["Not applicable"],
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
        "specific": paragraphs(action.specific),
        "owner": action.owner,
        "due": day(action.due_on),
        "done": day(action.done_on),
        "said": [{"term": term, "text": paragraphs(text)} for term, text in said.items() if text.strip()],
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
        "not_held": discussion.held_on is None,
        "added": paragraphs(discussion.what_it_added),
        "not_held_because": paragraphs(discussion.not_held_because),
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
                "note": paragraphs(check.note),
            }
            for check in checks
        ],
    }


def _labels(report: AuditReport) -> Words:
    """What the two gradings are called: there is no "after the discussion" where none was held (L3)."""
    if _not_held_because(report) is not None:
        return {
            "before": "First grading",
            "after": "Second grading, no discussion held",
            "before_short": "First grading",
            "after_short": "Second grading",
            "movement": "From the first to the second grading",
            "glance": "First and second grade of each domain",
        }
    return {
        "before": "Before the reflective discussion",
        "after": "After the reflective discussion",
        "before_short": "Before discussion",
        "after_short": "After discussion",
        "movement": "From before to after the discussion",
        "glance": "Grade of each domain before and after the discussion",
    }


def _not_held_because(report: AuditReport) -> str | None:
    """Why the discussion was not held; None where it was, or nothing is recorded of it yet."""
    discussion = report.discussion
    return discussion.not_held_because if discussion is not None and discussion.held_on is None else None


def _feedback(points: int) -> str:
    """That there is some (L8): what it says is for those whom it is about."""
    if not points:
        return ""
    what = "One point" if points == 1 else f"{points} points"
    return (
        f"{what} on work in the period by an earlier practitioner or another team went to those concerned as "
        "feedback. It is not graded, and no part of this report."
    )
