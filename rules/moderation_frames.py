"""What a moderation draw is made from, as one text with one hash, and what cannot be drawn from (M1, M2, S5)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256
from typing import Any

from rules.draw_answers import as_plain
from rules.errors import Problem
from rules.policy.moderation_shapes import ModerationConflict


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """What a moderator is to an audit, beside having done it or having been audited (M2)."""

    person_id: str
    kind: ModerationConflict


@dataclass(frozen=True, slots=True)
class AuditToModerate:
    """An issued audit; `grade` is its effective grade, None for one without graded domains (P8).

    `service_id` is the service of its practitioner's team at the allocation. `conflicts` are of those who moderate.
    """

    id: str
    issued_on: date
    grade: str | None
    service_id: str
    auditor_id: str
    practitioner_id: str
    is_disputed: bool = False
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Moderator:
    """A senior leader who moderates; a `capacity` of None is as many as there are."""

    id: str
    service_ids: tuple[str, ...] = ()
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class ModerationFrame:
    """Everything that a moderation draw depends on but its seed and the edition.

    `last_drawn_on` is None before the first. `auditors_moderated` are those one of whose audits was moderated before.
    """

    drawn_on: date
    last_drawn_on: date | None
    audits: tuple[AuditToModerate, ...]
    moderators: tuple[Moderator, ...]
    auditors_moderated: tuple[str, ...] = ()

    def in_order(self) -> "ModerationFrame":
        """The same with every list in order, however the facts came."""
        audits = (replace(it, conflicts=tuple(sorted(set(it.conflicts)))) for it in self.audits)
        moderators = (replace(it, service_ids=tuple(sorted(set(it.service_ids)))) for it in self.moderators)
        return replace(
            self,
            audits=tuple(sorted(audits, key=lambda it: it.id)),
            moderators=tuple(sorted(moderators, key=lambda it: it.id)),
            auditors_moderated=tuple(sorted(set(self.auditors_moderated))),
        )


def canonical_moderation_text(frame: ModerationFrame, edition: str) -> str:
    """The frame as one JSON text, keys and lists in order and no white space, as that of a cycle's draw."""
    plain = {"edition": edition, **as_plain(frame.in_order())}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moderation_frame_hash(frame: ModerationFrame, edition: str) -> str:
    """SHA-256 of the canonical text in UTF-8, as 64 hexadecimal digits."""
    return sha256(canonical_moderation_text(frame, edition).encode()).hexdigest()


def moderation_frame_from_text(text: str) -> tuple[ModerationFrame, str]:
    """The frame that a canonical text was made from, and the id of its edition."""
    plain: dict[str, Any] = json.loads(text)
    edition = plain.pop("edition")
    last = plain["last_drawn_on"]
    frame = ModerationFrame(
        drawn_on=date.fromisoformat(plain["drawn_on"]),
        last_drawn_on=None if last is None else date.fromisoformat(last),
        audits=tuple(_audit(row) for row in plain["audits"]),
        moderators=tuple(Moderator(it["id"], tuple(it["service_ids"]), it["capacity"]) for it in plain["moderators"]),
        auditors_moderated=tuple(plain["auditors_moderated"]),
    )
    return frame, edition


def _audit(row: dict[str, Any]) -> AuditToModerate:
    conflicts = (Conflict(it["person_id"], ModerationConflict(it["kind"])) for it in row["conflicts"])
    issued_on = date.fromisoformat(row["issued_on"])
    return AuditToModerate(**{**row, "issued_on": issued_on, "conflicts": tuple(conflicts)})


def problems_of_moderation(frame: ModerationFrame) -> Iterator[Problem]:
    """Every problem of the frame, each with a JSON pointer to its place."""
    last = frame.last_drawn_on
    if last is not None and last >= frame.drawn_on:
        sentence = f"The last draw ({last}) is not before this one ({frame.drawn_on}): give the day of the one before."
        yield Problem("/last_drawn_on", sentence, str(last), "M1")
    for name in ("audits", "moderators"):
        yield from _twice(name, [it.id for it in getattr(frame, name)])
    for place, audit in enumerate(frame.audits):
        yield from _of_audit(f"/audits/{place}", audit)
    for place, moderator in enumerate(frame.moderators):
        if moderator.capacity is not None and moderator.capacity < 0:
            sentence = f"Moderator {moderator.id} has the capacity {moderator.capacity}: give 0 or more."
            yield Problem(f"/moderators/{place}/capacity", sentence, str(moderator.capacity), "M2")


def _of_audit(place: str, audit: AuditToModerate) -> Iterator[Problem]:
    for field in fields(audit):
        value = getattr(audit, field.name)
        if isinstance(value, str) and not value.strip():
            yield Problem(f"{place}/{field.name}", f"An audit lacks its {field.name}: give it.", value)


def _twice(name: str, ids: list[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, id_ in enumerate(ids):
        if id_ in seen:
            yield Problem(f"/{name}/{place}/id", f"{id_!r:.60} stands in {name} twice: name it once.", id_[:60])
        seen.add(id_)
