"""Tasks for the audit team: what the service found and only a person can settle (A5, S10, C1 and others)."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.queries import tasks
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.trail import Entry, record
from usecases.work import Work

# Opened by one use case and closed by another.
PROGRAMME_MISSING = "programme_missing"
PRACTITIONER_LEAVES, AUDITOR_LEAVES = "practitioner_leaves", "auditor_leaves"


@dataclass(frozen=True, slots=True)
class NewTask:
    """What is to be settled: by `kind` and `key`, of which only one is open at a time.

    The sentence says what is the matter and what to do, by reference: no name and no address stand in it (C3).
    """

    kind: str
    key: str
    sentence: str
    rule: str
    subject: tuple[str, str]


def open_task(work: Work, *, kind: str, key: str, sentence: str, rule: str, subject: tuple[str, str]) -> None:
    """Opens a task. One of this kind and key that is open already stays, with the new sentence."""
    open_tasks(work, [NewTask(kind, key, sentence, rule, subject)])


def open_tasks(work: Work, new: Sequence[NewTask]) -> None:
    """Opens tasks in one statement, whatever their number; of two with one kind and key the first stands."""
    by_key: dict[tuple[str, str], NewTask] = {}
    for task in new:
        by_key.setdefault((task.kind, task.key), task)
    if by_key:
        tasks.add_tasks(work.session, work.now, work.actor, [_row(work, task) for task in by_key.values()])


def open_once(work: Work, new: Sequence[NewTask]) -> None:
    """Opens those tasks that were never opened before: what somebody has closed does not come again by itself."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for task in new:
        by_kind[task.kind].append(task.key)
    known = {(kind, key) for kind in by_kind for key in tasks.keys_ever_opened(work.session, kind, by_kind[kind])}
    open_tasks(work, [task for task in new if (task.kind, task.key) not in known])


def close_task(work: Work, kind: str, key: str, because: str) -> bool:
    """Closes the open task of that kind and key, because the matter is settled; False when there is none."""
    return bool(tasks.close_tasks(work.session, kind, [key], now=work.now, closed_by=work.actor, because=because))


def close_tasks_of_leavers(
    work: Work, audits: Sequence[uuid.UUID], because: str, kinds: Sequence[str] = (PRACTITIONER_LEAVES, AUDITOR_LEAVES)
) -> None:
    """Closes what was to be decided about these audits because somebody leaves (A4, S9)."""
    keys = [str(audit) for audit in audits]
    for kind in kinds:
        tasks.close_tasks(work.session, kind, keys, now=work.now, closed_by=work.actor, because=because)


def close_by_hand(work: Work, task_id: uuid.UUID, because: str, version: int) -> None:
    """Somebody settled the matter and says how.

    Raises NotFound, AlreadyDifferent for a version that is no longer the newest, NotAllowedNow for a closed one.
    """
    task = tasks.task_held(work.session, task_id)
    if task is None:
        raise NotFound(f"There is no task {task_id}: find it with GET /v1/tasks.")
    if task.version != version:
        raise AlreadyDifferent(f"The task changed since it was read (version {task.version}): read it again.")
    if task.state == "closed":
        raise NotAllowedNow(f"The task was closed before, by {task.closed_by}: there is nothing left to close.")
    task.state, task.version = "closed", task.version + 1
    task.closed_at, task.closed_by, task.closed_because = work.now, work.actor, because
    work.session.flush()
    record(work, Entry(("task", str(task.id)), "task_closed", rule=task.rule, texts={"because": because}))


def _row(work: Work, task: NewTask) -> dict[str, str]:
    kind, id_ = task.subject
    return {
        "kind": task.kind,
        "key": task.key,
        "sentence": task.sentence,
        "rule": task.rule,
        "clause": work.policy.clause_of(task.rule),
        "subject_kind": kind,
        "subject_id": id_,
    }
