"""How the service writes its log: one line an event, as text for a person or as JSON for a collector.

What goes to a collector is read by many: it has the fields named here and no others, and of an exception only its kind
and where it happened, because a message may quote what somebody typed (C3).
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

# Anything else that is logged is left out, and named under `left_out`.
KNOWN_FIELDS: Final = frozenset(
    {
        "actor",
        "constraint",
        "correlation_id",
        "event",
        "job",
        "kind",
        "level",
        "logger",
        "method",
        "milliseconds",
        "path",
        "status",
        "timestamp",
        "where",
    }
)
_DEEPEST: Final = 30  # frames of an exception; the innermost ones tell most


def write_logs(form: Literal["text", "json"], level: str) -> None:
    """Send all logging, ours by structlog and the libraries' by the standard library, to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=_for_a_collector() if form == "json" else _for_a_person(),
            # Libraries fill values into their sentences: for a collector the sentence alone says which one it is.
            use_get_message=form == "text",
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("uvicorn", "apscheduler", "alembic", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _for_a_person() -> "list[Processor]":
    # A plain trace: the richer ones show what variables hold, which may be secret.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, plain]


def _for_a_collector() -> "list[Processor]":
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _kind_and_place_of_exception,
        _known_fields_only,
        structlog.processors.JSONRenderer(),
    ]


def _kind_and_place_of_exception(_logger: Any, _method: str, event: "EventDict") -> "EventDict":
    _, error, trace = _exception(event.pop("exc_info", None))
    if error is None:
        return event
    cause = getattr(error, "orig", None) or error
    event["kind"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    event["where"] = [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(trace)][
        -_DEEPEST:
    ]
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if constraint:
        event["constraint"] = constraint
    return event


def _exception(given: Any) -> tuple[Any, BaseException | None, TracebackType | None]:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    return given if isinstance(given, tuple) else sys.exc_info() if given else (None, None, None)


def _known_fields_only(_logger: Any, _method: str, event: "EventDict") -> "EventDict":
    known = {name: value for name, value in event.items() if name in KNOWN_FIELDS}
    left_out = sorted(event.keys() - KNOWN_FIELDS)
    return known | ({"left_out": left_out} if left_out else {})
