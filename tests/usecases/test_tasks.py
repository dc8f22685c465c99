"""Tasks: one open at a time for one matter, closed with a reason, opened again when the matter comes back."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.queries import tasks
from db.tables.tasks import Task
from tests.usecases import council
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.tasks import NewTask, close_by_hand, close_task, open_task, open_tasks
from usecases.work import Work

ABOUT = ("notice", "0199c0de-7a11-7000-8000-000000000005")
SENTENCE = "The mail server takes nothing for W0: correct their address, then send the notice again."


@pytest.fixture
def work(session: Session) -> Work:
    return council.work(session)


def opened(work: Work, key: str = "W0", sentence: str = SENTENCE) -> None:
    open_task(work, kind="address_refused", key=key, sentence=sentence, rule="A5", subject=ABOUT)


def found(work: Work, **filters: object) -> "Sequence[Row[*tuple[object, ...]]]":
    return tasks.tasks(work.session, 50, **filters)


def test_a_task_says_what_is_the_matter_by_which_rule_and_who_found_it(work: Work) -> None:
    opened(work)

    (task,) = found(work)
    assert (task.kind, task.sentence, task.rule, task.clause) == ("address_refused", SENTENCE, "A5", "3")
    assert (task.subject_kind, task.subject_id) == ABOUT
    assert (task.state, task.opened_at, task.opened_by) == ("open", council.OPENING, "scheduler")


def test_the_same_matter_found_again_is_still_one_task_with_the_newest_sentence(work: Work) -> None:
    opened(work)
    opened(work)
    opened(work, sentence="Three notices wait.")

    (task,) = found(work)
    assert (task.sentence, task.version) == ("Three notices wait.", 2)


def test_a_matter_that_comes_back_after_it_was_settled_is_a_new_task(work: Work) -> None:
    opened(work)
    assert close_task(work, "address_refused", "W0", "The address is corrected.")
    opened(work)

    assert [task.state for task in found(work)] == ["open", "closed"]
    assert not close_task(work, "address_refused", "W1", "Nothing of the kind is open.")


def test_many_are_opened_in_one_statement_and_twice_the_same_among_them_is_once(work: Work) -> None:
    each = [NewTask("address_missing", key, f"{key} has no address.", "A5", ("person", key)) for key in ("W1", "W0")]

    open_tasks(work, [*each, *each])
    open_tasks(work, [])

    assert sorted(task.key for task in found(work, kind="address_missing")) == ["W0", "W1"]


def test_whoever_closes_a_task_says_how_it_was_settled(work: Work) -> None:
    opened(work)
    (task,) = found(work)

    close_by_hand(work, task.id, "Told in person.", version=1)

    (closed,) = found(work, state="closed")
    assert (closed.closed_by, closed.closed_because, closed.closed_at) == (
        "scheduler",
        "Told in person.",
        council.OPENING,
    )
    assert closed.version == 2


def test_closing_is_refused_for_what_changed_was_closed_or_is_not_there(work: Work) -> None:
    opened(work)
    (task,) = found(work)

    with pytest.raises(AlreadyDifferent, match="read it again"):
        close_by_hand(work, task.id, "x", version=7)
    close_by_hand(work, task.id, "x", version=1)
    with pytest.raises(NotAllowedNow, match="closed before"):
        close_by_hand(work, task.id, "x", version=2)
    with pytest.raises(NotFound):
        close_by_hand(work, uuid4(), "x", version=1)


def test_the_database_refuses_a_task_closed_without_reason(session: Session) -> None:
    session.add(
        Task(
            kind="k",
            key="1",
            sentence="s",
            rule="A5",
            clause="3",
            subject_kind="notice",
            subject_id="1",
            state="closed",
            version=1,
            opened_at=council.OPENING,
            opened_by="scheduler",
        )
    )
    with pytest.raises(IntegrityError, match="closed_with_reason"):
        session.flush()


def test_tasks_can_be_opened_on_one_connection_however_often(work: Work) -> None:
    """A statement that is repeated is prepared, and from some time on planned without a look at its parameters."""
    for number in range(30):
        opened(work, str(number))

    assert len(tasks.open_keys(work.session, "address_refused")) == 30
