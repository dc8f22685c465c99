"""The ladders of an edition as a page to read: docs/ladders.md, made from its policy."""

import dataclasses
from collections.abc import Iterator

from rules.ladder_clocks import NamedLadder, told_at
from rules.ladder_facts import LadderFacts
from rules.policy.ladder_shapes import (
    Acknowledgement,
    Ladder,
    Referral,
    Rung,
    RungExit,
    When,
    clauses_of,
    in_words,
    within_in_words,
)
from rules.policy.shape import Policy
from rules.policy.sources import Source
from rules.working_days import WorkingDayCalendar

COMMAND = "ladders"
_TITLES = {
    "dispute": "Disputes",
    "safety_alert": "Safety alerts",
    "re_audit": "Re-audits",
    "quality_of_reports": "Quality of reports",
}
_ELSEWHERE = {
    "re_audit": (
        "The life of an audit walks this ladder (`rules/ladders_of_audits.py`): it says how many re-audits follow by "
        "themselves, when a further one waits for somebody's word and, where a rung has a clock, by when. "
        "When a re-audit is allocated is a matter of the cycles (S7, P7), and who hears of it of the matrix."
    ),
    "quality_of_reports": (
        "The life of an audit walks this ladder (`rules/ladders_of_audits.py`): it says how long a returned report may "
        "come back, whom the clock tells on the way, and whether it ends in non-acceptance (Q1–Q3). The date of the "
        "next cycle is the cycle's."
    ),
}
_WHEN = {
    When.STAGE: "",
    When.OVERDUE: "once the time has run out",
    When.REFERRAL: "once it is unresolved",
}


def as_markdown(policy: Policy) -> str:
    """The whole page."""
    lines = [*_introduction(policy)]
    for field in dataclasses.fields(policy.ladders):
        ladder = getattr(policy.ladders, field.name)
        if isinstance(ladder, Ladder):
            lines += _of_ladder(policy, field.name, ladder)
    return "\n".join([*lines, *_opening(policy)]) + "\n"


def _introduction(policy: Policy) -> Iterator[str]:
    yield "# Ladders"
    yield ""
    yield (
        f"{policy.edition.title} (edition `{policy.edition.id}`). Made by `python -m rules {COMMAND}` from "
        "`ladders.toml` and `recipients.toml` of the edition, which decide; do not edit by hand."
    )
    yield ""
    yield (
        "A ladder is an escalation path, a rung one level of it. Working days count from the day on which a rung is "
        "reached; that day is day 0, and a weekend or a day off counts from the next working day as day 1. A rung's "
        "time has run out when its last day has passed. What the clock does by itself it does at the beginning of the "
        "day after; whatever else happens, a person says. Who judges a rung is never whoever was the auditor, "
        "is or manages the practitioner, raised the dispute, or had a say in it as a manager."
    )
    yield ""


def _of_ladder(policy: Policy, name: str, ladder: Ladder) -> Iterator[str]:
    named = NamedLadder(name, ladder, policy, WorkingDayCalendar.of_policy(policy.calendar), _facts(policy))
    yield f"## {_TITLES.get(name, in_words(name))}"
    yield ""
    if name in _ELSEWHERE:
        yield _ELSEWHERE[name]
        yield ""
    yield f"It begins with: {in_words(ladder.opened_by)}."
    yield ""
    yield "| rung | stage | owed | how long | if nobody does anything | told |"
    yield "|---|---|---|---|---|---|"
    for rung in ladder.rungs:
        told = ", ".join(in_words(one.role) for one in told_at(named, rung))
        cells = (rung.id, rung.stage, rung.owed_in_words(), rung.clock_in_words(), _unattended(rung), told)
        yield f"| {' | '.join(cells)} |"
    yield ""
    for rung in ladder.rungs:
        yield from _of_rung(rung)
    if ladder.anywhere:
        yield f"On every rung: {'; '.join(map(_way_out, ladder.anywhere))}."
        yield ""


def _facts(policy: Policy) -> LadderFacts:
    """Of rungs whose people are told by grade the page shows those of the best grade that calls for a re-audit."""
    return LadderFacts(grade=next(iter(policy.gradings.re_audit_grades), None))


def _unattended(rung: Rung) -> str:
    if rung.moves_up_to:
        vacant = "; so too when nobody can act in the post" if rung.moves_up_when_vacant else ""
        return f"moves up to {rung.moves_up_to} by itself{vacant}"
    if rung.within is None:
        return "waits, with reminders" if rung.reminder_every else "waits"
    too = f"; those of {rung.tells_when_overdue} are told too" if rung.tells_when_overdue else ""
    return f"stays, and a person decides{too}"


def _of_rung(rung: Rung) -> Iterator[str]:
    yield f"**{rung.id}**: {'; '.join(map(_way_out, rung.exits))}."
    yield ""
    for name, part in clauses_of(rung):
        yield f"- {_part_in_words(name, part)} Rule {part.rule}, clause {part.clause}{_origin(part.source)}"
        if part.reading:
            yield f"  {part.reading}"
    yield ""


def _part_in_words(name: str, part: Rung | Acknowledgement | Referral) -> str:
    if isinstance(part, Rung):
        return f"{name}: {part.clock_in_words()}."
    if isinstance(part, Acknowledgement):
        return f"Acknowledged {within_in_words(part.within)}."
    said = str(part)
    return f"{said[:1].upper()}{said[1:]}."


def _origin(source: Source) -> str:
    return "." if source is Source.TEXT else ", our decision:"


def _way_out(way_out: RungExit) -> str:
    """ "referred → D3, said by practitioner or team manager, once it is unresolved"."""
    notes = [
        f"said by {' or '.join(map(in_words, way_out.by))}",
        " or ".join(filter(None, (_WHEN[when] for when in way_out.when))) if When.STAGE not in way_out.when else "",
        "in exceptional cases only" if way_out.exceptional else "",
        "with a reason" if way_out.needs_reason else "",
        "with a summary" if way_out.needs_summary else "",
        "with the day on which it happened" if way_out.may_be_told_later else "",
        f"to be put on record: {', '.join(map(in_words, way_out.records))}" if way_out.records else "",
    ]
    return f"{in_words(way_out.event)} → {in_words(way_out.to)}, {', '.join(filter(None, notes))}"


def _opening(policy: Policy) -> Iterator[str]:
    rules = policy.ladders
    by = " or ".join(map(in_words, rules.disputes_opened_by))
    yield "## Who may open a dispute"
    yield ""
    yield (
        f"The {by}, within {rules.disputes_opened_within} of receiving the report; later with the consent of the "
        f"{in_words(rules.late_disputes_need_consent_of)} only. One dispute for each version of a report. Never judged "
        f"by: {', '.join(map(in_words, rules.disputes_never_judged_by))}; nor by the practitioner, by whoever raised "
        "it, or by whoever takes, or took with a say in it, the place of such a manager."
    )
    yield ""
    yield "## What whoever raises a safety alert reads"
    yield ""
    yield rules.safety_alert_says
