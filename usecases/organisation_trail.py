"""What the trail keeps of the organisation: what changed, from which day, and whether it rewrote days gone by (P4)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from rules.dated_facts import Period, rewrites_the_past
from usecases.trail import Entry, record
from usecases.trail_chains import as_code
from usecases.work import Work

# Of these the trail says that they changed, never to what: names, addresses and titles are personal (C4).
_ONLY_NAMED = frozenset({"name", "email", "job_title", "employer", "contact_email"})


def note_new(work: Work, subject: tuple[str, str], action: str, rule: str | None, facts: Mapping[str, Any]) -> None:
    """Something that was not on record before."""
    record(work, entry_of_new(work, subject, action, rule, facts))


def entry_of_new(
    work: Work, subject: tuple[str, str], action: str, rule: str | None, facts: Mapping[str, Any]
) -> Entry:
    """The same as an entry, for many at once. `of_the_past` tells that it holds for days gone by as well."""
    began_on = facts.get("began_on", facts.get("first_on"))
    after = Period(began_on, facts.get("ended_on", facts.get("last_on")))
    is_dated = "began_on" in facts or "first_on" in facts
    past = is_dated and rewrites_the_past(None, after, says_the_same=False, today=work.today)
    details = {**_codes(facts), "version": 1, **({"of_the_past": past} if is_dated else {})}
    return Entry(_subject(subject), action, rule, details)


def note_change(
    work: Work,
    subject: tuple[str, str],
    noun: str,
    rule: str | None,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    version: int,
) -> None:
    """A row that says something else than before; nothing is noted where nothing differs."""
    entries = entries_of_change(work, subject, noun, rule, before=before, after=after, version=version)
    record(work, *entries)


def entries_of_change(
    work: Work,
    subject: tuple[str, str],
    noun: str,
    rule: str | None,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    version: int,
) -> list[Entry]:
    """The same as an entry, or none: `…_changed` from a day on, or `…_corrected` for days gone by."""
    fields = [name for name in after if before.get(name) != after[name]]
    if not fields:
        return []
    is_correction = _rewrites(work, before, after, fields)
    changed = {name: _code(after[name]) for name in fields if name not in _ONLY_NAMED}
    was = {name: _code(before.get(name)) for name in fields if name not in _ONLY_NAMED}
    details = {"fields": fields, "was": was, "now": changed, "version": version}
    return [Entry(_subject(subject), f"{noun}_{'corrected' if is_correction else 'changed'}", rule, details)]


def note(work: Work, subject: tuple[str, str], action: str, rule: str | None, **details: Any) -> None:
    """Something else that was decided."""
    record(work, Entry(_subject(subject), action, rule, _codes(details)))


def _rewrites(work: Work, before: Mapping[str, Any], after: Mapping[str, Any], fields: list[str]) -> bool:
    names = ("first_on", "last_on") if "first_on" in after else ("began_on", "ended_on")
    if names[0] not in after:
        return False
    was, is_now = (Period(facts[names[0]], facts[names[1]]) for facts in (before, after))
    return rewrites_the_past(was, is_now, says_the_same=set(fields) <= set(names), today=work.today)


def _subject(subject: tuple[str, str]) -> tuple[str, str]:
    """A service is known by what the council calls it."""
    return subject[0], as_code(subject[1])


def _codes(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _code(value) for name, value in facts.items() if name not in _ONLY_NAMED and value is not None}


def _code(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return as_code(value)  # references are as the council chose them
    return [_code(it) for it in value] if isinstance(value, list | tuple) else value
