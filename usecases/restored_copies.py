"""What a restored backup may do: nothing towards the outside, until somebody says that this copy is the one (C4).

A backup holds messages that were still owed. The installation that it was made of may have sent them since, and may be
running on: two copies that both send would write everything twice to real people.
"""

import enum
from dataclasses import dataclass
from datetime import datetime

from db.queries import restorations
from db.tables.restorations import Restoration
from rules.dates_in_words import day_in_words
from usecases.errors import NotAllowedNow
from usecases.trail import Entry, record
from usecases.work import LONDON, Work


class Owed(enum.StrEnum):
    """What becomes of the messages that were owed when the backup was made."""

    SEND = "send"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class Resumed:
    """This copy speaks again; `sent_on` were owed and go out, `parked` were owed and wait for a person."""

    sent_on: int
    parked: int


@dataclass(frozen=True, slots=True)
class SilentBecause:
    """Why nothing is sent, and how many messages the other copy may have sent meanwhile."""

    backup_made_at: datetime
    restored_at: datetime
    owed_until: datetime
    owed: int


def note_restoration(work: Work, backup_made_at: datetime, backup_sha256: str) -> list[str]:
    """Makes this database a silent copy, and ends every API key that came along; answers the names of those.

    What was owed to the case system counts as perhaps done: its receipt is asked for, or a person looks (C2).
    """
    newest = restorations.newest_notice_made_at(work.session)
    row = Restoration(
        restored_at=work.now,
        restored_by=work.actor,
        backup_made_at=backup_made_at,
        backup_sha256=backup_sha256,
        owed_until=max(work.now, newest or work.now),
    )
    work.session.add(row)
    work.session.flush()
    revoked = restorations.revoke_live_keys(work.session, work.now, work.actor)
    doubted = restorations.doubt_commands(work.session)
    details = {"backup_sha256": backup_sha256, "backup_made_on": _day(backup_made_at), "keys_revoked": len(revoked)}
    details["commands_doubted"] = doubted
    record(work, Entry(("restoration", str(row.id)), "backup_restored", details=details))
    return revoked


def why_silent(work: Work) -> SilentBecause | None:
    """None for an installation that sends."""
    waiting = restorations.waiting(work.session)
    if not waiting:
        return None
    newest = waiting[-1]
    owed = restorations.count_owed(work.session, newest.owed_until)
    return SilentBecause(newest.backup_made_at, newest.restored_at, newest.owed_until, owed)


def resume_sending(work: Work, owed: Owed | None) -> Resumed:
    """Says that this copy is the one to go on with, and the other one is stopped for good.

    Raises NotAllowedNow when nothing is held, or when messages are owed and it isn't said what becomes of them.
    """
    silent = why_silent(work)
    if silent is None:
        raise NotAllowedNow("This installation is no silent copy of a backup: its messages are sent already.")
    if silent.owed and owed is None:
        raise NotAllowedNow(
            f"{silent.owed} messages were owed when the backup was made ({_words(silent.backup_made_at)}), and the "
            "installation it was made of may have sent them since: say whether to `send` them here, perhaps a second "
            "time, or to `park` them for a person to look at."
        )
    parked = 0
    if owed is Owed.PARK:
        why = f"Owed when the backup of {_words(silent.backup_made_at)} was made; it may have been sent since."
        parked = restorations.park_owed(work.session, silent.owed_until, why)
    for row in restorations.waiting(work.session):
        row.resumed_at, row.resumed_by, row.owed_messages = work.now, work.actor, owed.value if owed else None
        details = {"owed": silent.owed, "parked": parked}
        record(work, Entry(("restoration", str(row.id)), "sending_resumed", details=details))
    work.session.flush()
    return Resumed(silent.owed - parked, parked)


def _day(moment: datetime) -> str:
    return moment.astimezone(LONDON).date().isoformat()


def _words(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{day_in_words(local.date())} at {local:%H:%M}"
