"""What a collector of logs is given: known fields only, and nothing that somebody typed."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from logs import write_logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_field_that_nobody_listed_is_left_out_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    write_logs("json", "info")
    structlog.get_logger("api").info("request", path="/v1/audits", address="ann@example.org", note="She was unsafe.")

    [line] = written(capsys)

    assert (line["event"], line["path"], line["left_out"]) == ("request", "/v1/audits", ["address", "note"])
    assert "ann@example.org" not in json.dumps(line)


def test_lines_of_one_request_bear_its_correlation_id(capsys: pytest.CaptureFixture[str]) -> None:
    write_logs("json", "info")
    with structlog.contextvars.bound_contextvars(correlation_id="abc-1"):
        structlog.get_logger("api").info("request")
        logging.getLogger("some.library").warning("It took long.")

    assert [line["correlation_id"] for line in written(capsys)] == ["abc-1", "abc-1"]


def test_a_librarys_sentence_stands_without_what_was_filled_in(capsys: pytest.CaptureFixture[str]) -> None:
    write_logs("json", "info")
    logging.getLogger("some.library").warning("Could not deliver to %s", "ann@example.org")

    [line] = written(capsys)

    assert line["event"] == "Could not deliver to %s"
    assert (line["logger"], line["level"]) == ("some.library", "warning")


def test_an_exception_tells_its_kind_and_place_but_not_the_values_it_met(
    capsys: pytest.CaptureFixture[str], session: Session
) -> None:
    write_logs("json", "info")
    try:
        for _ in range(2):
            session.execute(text("INSERT INTO services (id, name) VALUES (:id, 'x')"), {"id": "words_of_somebody"})
    except IntegrityError:
        structlog.get_logger("scheduler").exception("a job failed", job="open_cycles")

    [line] = written(capsys)

    assert line["kind"] == "psycopg.errors.UniqueViolation"
    assert line["constraint"] == "pk_services"
    assert any("test_logs.py" in place for place in line["where"])
    assert "words_of_somebody" not in json.dumps(line)


def test_a_person_at_a_desk_reads_the_whole_trace(capsys: pytest.CaptureFixture[str]) -> None:
    write_logs("text", "info")
    try:
        int("what somebody typed")
    except ValueError:
        structlog.get_logger("scheduler").exception("a job failed")

    assert "what somebody typed" in capsys.readouterr().err
