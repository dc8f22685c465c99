"""An answer over HTTP, read as far as it is worth reading: its status, its JSON object, and how long to wait."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from usecases.ports import Clock

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is None where it is no JSON object, too long, or comes too slowly; `wait` is what Retry-After says."""

    status: int
    body: dict[str, Any] | None
    wait: timedelta | None


def answer_in(response: httpx.Response, clock: Clock, seconds: float) -> Answer:
    """Reads at most 64 KiB, for `seconds` at most between one piece and the last."""
    body = _object_in(response, clock, clock.now() + timedelta(seconds=seconds))
    return Answer(response.status_code, body, _wait(response.headers.get("Retry-After"), clock.now()))


def _object_in(response: httpx.Response, clock: Clock, ends_at: datetime) -> dict[str, Any] | None:
    read = b""
    for piece in response.iter_raw():
        read += piece
        if len(read) > _MOST_BYTES or clock.now() > ends_at:
            return None
    try:
        found = json.loads(read)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _wait(words: str | None, now: datetime) -> timedelta | None:
    """What Retry-After says: seconds, or a moment (RFC 9110); None for anything else."""
    if words is None:
        return None
    if words.isascii() and words.isdigit():
        return timedelta(seconds=min(int(words[:9]), 10**7))
    try:
        moment = parsedate_to_datetime(words)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))
