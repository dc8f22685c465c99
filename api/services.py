"""`/v1/services`: the services that teams belong to and auditors come from (P4)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AskedToRecord
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import organisation
from db.tables import organisation as tables
from usecases.organisation import add_service, change_service
from usecases.organisation_checks import known_service

router = Router("services", "/v1/services")

ServiceId = Annotated[str, Path(max_length=64, examples=["home_first"])]
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Home First Service"])]


class ServiceAsked(AskedToRecord):
    """A new service; its id is the word that the policy uses for it."""

    id: Annotated[str, Field(min_length=1, max_length=64, examples=["home_first"])]
    name: Name


class ServiceNamed(AskedToRecord):
    """Another name; the id stays."""

    name: Name


class Service(BaseModel):
    """A service of the council or of a partner."""

    id: str
    name: str
    version: Annotated[int, Field(description="Counts the changes; the ETag of the service read by itself")]


class Services(BaseModel):
    """All services, by id."""

    items: list[Service]


_EXAMPLE = {"id": "home_first", "name": "Home First Service", "version": 1}


@router.get(
    "",
    operation_id="list_services",
    dependencies=[requires(Permission.READ_ORGANISATION, is_narrowed=True)],
    responses=answered({"one service": {"items": [_EXAMPLE]}}),
)
def list_services(work: WorkDep) -> Services:
    """The services within reach. There are few, so they come at once."""
    return Services(items=[_service(row) for row in organisation.services(work.session, work.reach)])


@router.post(
    "",
    operation_id="add_service",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.CREATED,
    responses={**answered({"added": _EXAMPLE}, HTTPStatus.CREATED), **described(409, "There is one with this id")},
)
def post_service(asked: ServiceAsked, work: WorkDep, response: Response) -> Service:
    """Adds a service."""
    row = add_service(work, asked.id, asked.name)
    response.headers["Location"] = f"{router.prefix}/{row.id}"
    tag(response, row.version)
    return _service(row)


@router.get(
    "/{service_id}",
    operation_id="read_service",
    dependencies=[requires(Permission.READ_ORGANISATION, is_narrowed=True)],
    responses={**answered({"a service": _EXAMPLE}), **described(404, "There is no such service")},
)
def read_service(service_id: ServiceId, work: WorkDep, response: Response) -> Service:
    """One service, with its ETag."""
    row = known_service(work, service_id)
    tag(response, row.version)
    return _service(row)


@router.put(
    "/{service_id}",
    operation_id="change_service",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    responses={
        **answered({"changed": {**_EXAMPLE, "version": 2}}),
        **described(404, "There is no such service"),
        **NEEDS_IF_MATCH,
    },
)
def put_service(
    service_id: ServiceId, asked: ServiceNamed, work: WorkDep, response: Response, if_match: IfMatch = None
) -> Service:
    """Gives a service another name."""
    with version_read(if_match, f"The service {service_id}") as version:
        row = change_service(work, service_id, asked.name, version=version)
    tag(response, row.version)
    return _service(row)


def _service(row: tables.Service) -> Service:
    return Service(id=row.id, name=row.name, version=row.version)
