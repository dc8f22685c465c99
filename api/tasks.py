"""`/v1/tasks`: what waits for a person of the audit team, and how it was settled."""

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AS_WRITTEN, Asked
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import tasks
from usecases.errors import NotFound
from usecases.tasks import close_by_hand
from usecases.work import Work

router = Router("tasks", "/v1/tasks")

State = Literal["open", "closed"]
TaskId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000007"])]
NO_SUCH_TASK = described(404, "No such task")


class TasksAsked(Asked):
    """Which tasks to list."""

    state: State | None = None
    kind: Annotated[str | None, Field(max_length=100, examples=["address_refused"])] = None
    subject_kind: Annotated[str | None, Field(max_length=100, examples=["notice"])] = None
    subject_id: Annotated[str | None, Field(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class Task(BaseModel):
    """Something that the service found and only a person can settle."""

    id: uuid.UUID
    kind: Annotated[str, Field(description="What sort of matter it is", examples=["address_refused"])]
    key: Annotated[str, Field(description="What it is about: no two open tasks of a kind have the same")]
    sentence: Annotated[str, Field(description="What is the matter and what to do, by reference")]
    rule: Annotated[str, Field(examples=["A5"])]
    clause: Annotated[str, Field(examples=["3"])]
    subject_kind: Annotated[str, Field(examples=["notice"])]
    subject_id: str
    state: State
    version: int
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    closed_because: str | None


class CloseTask(Asked):
    """How the matter was settled."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"because": "The address is corrected."}]}
    )

    because: Annotated[str, Field(min_length=1, max_length=500), AS_WRITTEN]


_EXAMPLE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000007",
    "kind": "address_refused",
    "key": "0199c0de-7a11-7000-8000-000000000005",
    "sentence": "The mail server takes nothing for 990017: correct their address, then send the notice again.",
    "rule": "A5",
    "clause": "3",
    "subject_kind": "notice",
    "subject_id": "0199c0de-7a11-7000-8000-000000000005",
    "state": "open",
    "version": 1,
    "opened_at": "2026-10-01T08:00:04Z",
    "opened_by": "scheduler",
    "closed_at": None,
    "closed_by": None,
    "closed_because": None,
}
_CLOSED = {
    **_EXAMPLE,
    "state": "closed",
    "version": 2,
    "closed_at": "2026-10-01T09:30:00Z",
    "closed_by": "local administrator",
    "closed_because": "The address is corrected.",
}


@router.get(
    "",
    operation_id="list_tasks",
    dependencies=[requires(Permission.READ_TASKS)],
    responses=answered({"one task": {"items": [_EXAMPLE], "next": None}}),
)
def list_tasks(asked: Annotated[TasksAsked, Query()], work: WorkDep, page: PageDep) -> Page[Task]:
    """Tasks, the newest first. `state=open` lists what waits for somebody."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    rows = tasks.tasks(work.session, page.rows_to_fetch, after=page.after, **filters)
    return page.page(rows, lambda row: Task.model_construct(**row._asdict()), lambda row: row.id)


@router.get(
    "/{task_id}",
    operation_id="read_task",
    dependencies=[requires(Permission.READ_TASKS)],
    responses={**answered({"an open task": _EXAMPLE}), **NO_SUCH_TASK},
)
def read_task(task_id: TaskId, work: WorkDep, response: Response) -> Task:
    """One task, with its ETag."""
    return _read(task_id, work, response)


@router.post(
    "/{task_id}/close",
    operation_id="close_task",
    dependencies=[requires(Permission.CLOSE_TASKS)],
    responses={
        **answered({"closed": _CLOSED}),
        **NO_SUCH_TASK,
        **described(409, "The task was closed before"),
        **described(412, "The task changed meanwhile: read it again"),
        **described(HTTPStatus.PRECONDITION_REQUIRED, "Send the ETag that was read as If-Match"),
    },
)
def close_task(task_id: TaskId, asked: CloseTask, work: WorkDep, response: Response, if_match: IfMatch = None) -> Task:
    """Closes a task, with how it was settled; what it is about is put right elsewhere."""
    with version_read(if_match, f"The task {task_id}") as version:
        close_by_hand(work, task_id, asked.because, version)
    return _read(task_id, work, response)


def _read(task_id: uuid.UUID, work: Work, response: Response) -> Task:
    row = tasks.one_task(work.session, task_id)
    if row is None:
        raise NotFound(f"There is no task {task_id}: find it with GET /v1/tasks.")
    tag(response, row.version)
    return Task(**row._asdict())
