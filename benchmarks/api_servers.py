"""The servers of the API's benchmark, each a process: `python -m benchmarks.api_servers NAME PORT URL ISSUER`.

`ours` is the product, whose people sign in at that issuer. `bare` is Starlette with the driver alone, asynchronous;
`usual` is FastAPI with the ORM, objects and relations loaded and turned into pydantic models, which is how most such
services are written.
"""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import psycopg
import uvicorn
from fastapi import Depends, FastAPI
from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.main import create_app
from clock import Clock
from db.session import make_engine, make_sessions
from logs import write_logs
from rules.policy.load import load_edition
from settings import Settings
from tests.integrations.pretend_provider import AUDIENCE, TENANT

TOKEN = "benchmark"
CONNECTIONS = 4
LISTED = """
SELECT audits.id, audits.reference, audits.kind, audits.state, audits.month, audits.case_reference,
    practitioner.reference AS practitioner, practitioner.name AS practitioner_name,
    teams.reference AS team, teams.name AS team_name, audits.service_id,
    auditor.reference AS auditor, auditor.name AS auditor_name,
    audits.allocated_on, audits.report_due_on, audits.issued_on, audits.sequence
FROM audits
JOIN people AS practitioner ON practitioner.id = audits.practitioner_id
JOIN teams ON teams.id = audits.team_id
LEFT JOIN people AS auditor ON auditor.id = audits.auditor_id
ORDER BY audits.id DESC LIMIT 51
"""


def ours(url: str, issuer: str) -> Any:
    settings = Settings(
        local_mode=True,
        data=Path(os.devnull).parent,
        database_pool_size=CONNECTIONS,
        oidc_issuer=issuer,
        oidc_audience=AUDIENCE,
        oidc_tenant=TENANT,
    )
    sessions = make_sessions(make_engine(url, name="benchmark", pool_size=CONNECTIONS))
    return create_app(settings, Clock(), sessions, load_edition(), token=TOKEN)


def bare(url: str, _: str) -> Any:
    free: asyncio.Queue[psycopg.AsyncConnection[dict[str, Any]]] = asyncio.Queue()
    address = url.replace("postgresql+psycopg://", "postgresql://")

    @asynccontextmanager
    async def connected(_: Starlette) -> AsyncIterator[None]:
        for _each in range(CONNECTIONS):
            opened = await psycopg.AsyncConnection.connect(address, autocommit=True, row_factory=dict_row)
            free.put_nowait(opened)
        yield

    async def listed(_: Request) -> Response:
        connection = await free.get()
        try:
            rows = await (await connection.execute(LISTED)).fetchall()
        finally:
            free.put_nowait(connection)
        return Response(json.dumps({"items": rows}, default=str), media_type="application/json")

    return Starlette(routes=[Route("/v1/audits", listed)], lifespan=connected)


class _Base(DeclarativeBase):
    pass


class _Person(_Base):
    __tablename__ = "people"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    name: Mapped[str]


class _Team(_Base):
    __tablename__ = "teams"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    name: Mapped[str]


class _Audit(_Base):
    __tablename__ = "audits"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    month: Mapped[date]
    case_reference: Mapped[str]
    practitioner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"))
    auditor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    service_id: Mapped[str]
    allocated_on: Mapped[date]
    report_due_on: Mapped[date]
    issued_on: Mapped[date | None]
    sequence: Mapped[int]
    practitioner: Mapped[_Person] = relationship(foreign_keys=[practitioner_id])
    auditor: Mapped[_Person | None] = relationship(foreign_keys=[auditor_id])
    team: Mapped[_Team] = relationship()


class _Named(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    reference: str
    name: str


class _Told(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: uuid.UUID
    reference: str
    kind: str
    state: str
    month: date
    case_reference: str
    practitioner: _Named
    team: _Named
    service_id: str
    auditor: _Named | None
    allocated_on: date
    report_due_on: date
    issued_on: date | None
    sequence: int


class _Page(BaseModel):
    items: list[_Told]


def usual(url: str, _: str) -> Any:
    engine = make_engine(url, name="benchmark", pool_size=CONNECTIONS)
    app = FastAPI()

    def session() -> Iterator[Session]:
        with Session(engine) as opened:
            yield opened

    @app.get("/v1/audits", response_model=_Page)
    def listed(opened: Annotated[Session, Depends(session)]) -> Any:
        question = (
            select(_Audit)
            .options(joinedload(_Audit.practitioner), joinedload(_Audit.auditor), joinedload(_Audit.team))
            .order_by(_Audit.id.desc())
            .limit(51)
        )
        return {"items": opened.scalars(question).all()}

    return app


SERVERS: dict[str, Callable[[str, str], Any]] = {"ours": ours, "bare": bare, "usual": usual}

if __name__ == "__main__":
    name, port, url, issuer = sys.argv[1:]
    write_logs("json", "info" if name == "ours" else "warning")  # one line a request, as in production
    uvicorn.run(SERVERS[name](url, issuer), host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
