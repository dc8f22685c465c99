"""What makes a sampling frame impossible to draw from: every problem at once, each with a JSON pointer to its place."""

from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any

from rules.canonical_frames import ROWS
from rules.errors import InvalidFacts, Problem
from rules.policy.shape import Policy
from rules.programme import extra_opens_on
from rules.roles import AUDITOR_ROLES
from rules.sampling_frames import SamplingFrame
from rules.service_names import misspelt_services

SEED_LENGTH = 1_000  # characters; RULES-API: longer seeds are refused

# In each list, what may occur once only.
_UNIQUE = {
    "teams": "id",
    "practitioners": "id",
    "cases": "id",
    "auditors": "id",
    "re_audits": "id",
    "carried_over": "audit_id",
    "set_aside": "case_id",
}
# Each reference with the list in which what it names must be.
_REFERENCES = (
    ("practitioners", "team_id", "teams"),
    ("cases", "practitioner_id", "practitioners"),
    ("auditors", "practitioner_id", "practitioners"),
    ("re_audits", "case_id", "cases"),
    ("re_audits", "practitioner_id", "practitioners"),
    ("re_audits", "team_id", "teams"),
    ("re_audits", "first_auditor_id", "auditors"),
    ("carried_over", "practitioner_id", "practitioners"),
    ("carried_over", "auditor_id", "auditors"),
    ("pairings", "auditor_id", "auditors"),
    ("pairings", "practitioner_id", "practitioners"),
    ("set_aside", "case_id", "cases"),
)
_LISTS_OF_REFERENCES = (("auditors", "team_ids", "teams"), ("auditors", "line_manages", "practitioners"))
_TEXTS = (str, str | None, tuple[str, ...])
_SINGULAR = {"teams": "team", "practitioners": "practitioner", "cases": "case", "auditors": "auditor"}


def refuse_impossible(frame: SamplingFrame, seed: str, policy: Policy, least_size: int = 1) -> None:
    """Raises InvalidFacts with every problem of the frame and the seed; passes in silence when there is none."""
    problems = [*seed_problems(seed), *problems_in(frame, policy, least_size)]
    if problems:
        raise InvalidFacts(problems)


def problems_in(frame: SamplingFrame, policy: Policy, least_size: int = 1) -> Iterator[Problem]:
    """Every problem of the frame; none is hidden by another."""
    if frame.size < least_size:
        sentence = f"The size {frame.size} is too small: ask for {least_size} or more."
        yield Problem("/size", sentence, str(frame.size), "S8")
    if frame.re_audits and extra_opens_on(frame.cycle) is not None:
        sentence = f"The extra cycle {frame.cycle} allocates no re-audits: leave them to a cycle of the programme."
        yield Problem("/re_audits", sentence, str(len(frame.re_audits)), "S7")
    yield from _unreadable_texts(frame)
    for name, field in _UNIQUE.items():
        yield from _empty_or_twice(name, field, getattr(frame, name))
    for name, field, target in _REFERENCES:
        yield from _dangling(name, field, target, frame)
    for name, field, target in _LISTS_OF_REFERENCES:
        yield from _dangling_in_lists(name, field, target, frame)
    yield from _capacities(frame)
    yield from _auditor_roles(frame)
    yield from _grades(frame, policy)
    yield from _rules_of_set_aside(frame)
    yield from misspelt_services(frame, policy)


def seed_problems(seed: str) -> Iterator[Problem]:
    """What is wrong with a seed: it is empty, or too long."""
    if not 1 <= len(seed) <= SEED_LENGTH:
        sentence = f"The seed has {len(seed)} characters: give 1 to {SEED_LENGTH:,}."
        yield Problem("/seed", sentence, _short(seed), "S5")
    elif _is_unreadable(seed):
        yield Problem("/seed", "The seed holds half a character (a lone surrogate): give plain text.", None, "S5")


def _empty_or_twice(name: str, field: str, rows: tuple[Any, ...]) -> Iterator[Problem]:
    ids = list(map(attrgetter(field), rows))
    if len(set(ids)) == len(ids) and "" not in ids:
        return
    first_place: dict[str, int] = {}
    for place, identifier in enumerate(ids):
        if identifier == "":
            yield Problem(f"/{name}/{place}/{field}", f"Row {place + 1} of {name} has an empty {field}.", "")
        elif identifier in first_place:
            yield Problem(
                f"/{name}/{place}/{field}",
                f"{_short(identifier)!r} is in {name} twice, in rows {first_place[identifier] + 1} and {place + 1}: "
                "keep one of them.",
                _short(identifier),
            )
        else:
            first_place[identifier] = place


def _dangling(name: str, field: str, target: str, frame: SamplingFrame) -> Iterator[Problem]:
    referred = list(map(attrgetter(field), getattr(frame, name)))
    unknown = set(referred) - {row.id for row in getattr(frame, target)} - {None}
    if unknown:
        for place, identifier in enumerate(referred):
            if identifier in unknown:
                yield _no_such(f"/{name}/{place}/{field}", field, identifier, target)


def _dangling_in_lists(name: str, field: str, target: str, frame: SamplingFrame) -> Iterator[Problem]:
    known = {row.id for row in getattr(frame, target)}
    for place, row in enumerate(getattr(frame, name)):
        for position, identifier in enumerate(getattr(row, field)):
            if identifier not in known:
                yield _no_such(f"/{name}/{place}/{field}/{position}", field, identifier, target)


def _no_such(pointer: str, field: str, identifier: str, target: str) -> Problem:
    sentence = (
        f"{field} names the {_SINGULAR[target]} {_short(identifier)!r}, but there is none in {target}: "
        "add the row there or correct the reference."
    )
    return Problem(pointer, sentence, _short(identifier))


def _capacities(frame: SamplingFrame) -> Iterator[Problem]:
    for place, auditor in enumerate(frame.auditors):
        if auditor.capacity < 0:
            sentence = f"The auditor {_short(auditor.id)!r} has the capacity {auditor.capacity}: give 0 or more."
            yield Problem(f"/auditors/{place}/capacity", sentence, str(auditor.capacity), "A3")


def _auditor_roles(frame: SamplingFrame) -> Iterator[Problem]:
    for place, auditor in enumerate(frame.auditors):
        for position, role in enumerate(auditor.roles):
            if role not in AUDITOR_ROLES:
                sentence = f"{_short(role)!r} is no role of an auditor: give {' or '.join(AUDITOR_ROLES)}, or none."
                yield Problem(f"/auditors/{place}/roles/{position}", sentence, _short(role), "A1")


def _grades(frame: SamplingFrame, policy: Policy) -> Iterator[Problem]:
    grades = policy.gradings.grades
    for place, re_audit in enumerate(frame.re_audits):
        if re_audit.grade not in grades:
            sentence = f"{_short(re_audit.grade)!r} is no grade of this edition: give one of {', '.join(grades)}."
            yield Problem(f"/re_audits/{place}/grade", sentence, _short(re_audit.grade), "S7")


def _rules_of_set_aside(frame: SamplingFrame) -> Iterator[Problem]:
    for place, row in enumerate(frame.set_aside):
        if not row.rule.strip():
            sentence = f"The case {_short(row.case_id)!r} is set aside without a rule: name the one that keeps it out."
            yield Problem(f"/set_aside/{place}/rule", sentence, _short(row.rule))


def _unreadable_texts(frame: SamplingFrame) -> Iterator[Problem]:
    """Texts that no UTF-8 can hold, and that so have neither hash nor ticket."""
    for name, shape in ROWS.items():
        for field in fields(shape):
            if field.type in _TEXTS:
                yield from _unreadable_in(name, field.name, getattr(frame, name))


def _unreadable_in(name: str, field: str, rows: tuple[Any, ...]) -> Iterator[Problem]:
    values = map(attrgetter(field), rows)
    texts = ["".join(value) if isinstance(value, tuple) else value or "" for value in values]
    if all(map(str.isascii, texts)):
        return
    for place, text in enumerate(texts):
        if _is_unreadable(text):
            sentence = f"{field} holds half a character (a lone surrogate): give plain text."
            yield Problem(f"/{name}/{place}/{field}", sentence)


def _is_unreadable(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
