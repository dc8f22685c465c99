"""Services, teams, people, the posts they hold, who may audit, and who is away, from day to day (P4, A1–A3, S9).

Whatever holds for a time has a first and a last day, both included; null is "as long as is known" and "until further
notice". Nothing that must not overlap can: the database refuses it (`one_at_a_time`). `version` counts the changes of
a row, so that nobody saves over what somebody else saved.
"""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from db.tables.registry import Base, Id

EMPLOYMENTS = ("full_time", "part_time", "agency", "partner")
_SAME_POST = "hashtextextended(role || '/' || coalesce(team_id::text, service_id, '') || '/' || person_id::text, 0)"
DAYS = "daterange(began_on, ended_on, '[]')"


def one_at_a_time(table: str, key: str) -> ExcludeConstraint:
    """No two rows of one key share a day. A hash stands for the key, because PostgreSQL by itself keeps ranges only in
    such an index; that two keys have the same of 2^64 hashes would refuse a row for nothing, and does not happen."""
    return ExcludeConstraint(
        (text(f"int8range({key}, {key}, '[]')"), "="),
        (text(DAYS), "&&"),
        name=f"ex_{table}_one_at_a_time",
        using="gist",
    )


class Versioned:
    """Counts the changes of a row; a change of a version that is no longer the newest is refused."""

    version: Mapped[int] = mapped_column(server_default=text("1"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class Service(Versioned, Base):
    """A service of the council or of a partner; `id` is the policy's word for it, such as `mash`."""

    __tablename__ = "services"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Team(Versioned, Base):
    """A team; `reference` is its id in the case system. One of another employer has a contact address (P4).

    `service_id` is its service of today; for another day ask its placements. A team that was merged has ended, and
    `merged_into_id` says which team its people and open duties went to.
    """

    __tablename__ = "teams"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint("merged_into_id IS NULL OR ended_on IS NOT NULL", name="merged_has_ended"),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"), index=True)
    employer: Mapped[str | None]
    contact_email: Mapped[str | None]
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)


class TeamPlacement(Versioned, Base):
    """A team belongs to a service from one day to another. A team that never moved has none: see `Team.service_id`."""

    __tablename__ = "team_placements"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        one_at_a_time("team_placements", "uuid_hash_extended(team_id, 0)"),
    )

    id: Mapped[Id]
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class Person(Versioned, Base):
    """A member of staff; `reference` is their worker id in the case system, or the staff number of one not in it."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("left_on >= started_on", name="leaves_after_starting"),)

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
    job_title: Mapped[str | None]
    started_on: Mapped[date | None]
    left_on: Mapped[date | None]


class LineManagement(Versioned, Base):
    """Somebody is line-managed by somebody else from one day to another; without one, by their team's manager."""

    __tablename__ = "line_managements"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        CheckConstraint("manager_id <> person_id", name="manager_is_somebody_else"),
        one_at_a_time("line_managements", "uuid_hash_extended(person_id, 0)"),
    )

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    manager_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class TeamMembership(Base):
    """Somebody belongs to a team from one day to another; to one team at a time."""

    __tablename__ = "team_memberships"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        one_at_a_time("team_memberships", "uuid_hash_extended(person_id, 0)"),
        Index(
            "uq_team_memberships_one_team_at_a_time",
            "person_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class Post(Versioned, Base):
    """A post that somebody holds, for a team, a service or the whole council."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        one_at_a_time("posts", _SAME_POST),
        CheckConstraint("team_id IS NULL OR service_id IS NULL", name="one_scope"),
        Index("ix_posts_role", "role", "team_id", "service_id"),
    )

    id: Mapped[Id]
    role: Mapped[str]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    service_id: Mapped[str | None] = mapped_column(ForeignKey("services.id"))
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class PostDeputy(Versioned, Base):
    """Somebody stands in for the holder of a post from one day to another; several in sequence, one at a time."""

    __tablename__ = "post_deputies"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        one_at_a_time("post_deputies", "uuid_hash_extended(post_id, 0)"),
    )

    id: Mapped[Id]
    post_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class AuditorAppointment(Versioned, Base):
    """Somebody audits for a service, so many audits a cycle, from one day to another (A1, A3).

    `employment` says how they are employed; agency staff and a partner's staff may have the name of their employer.
    Whoever `is_cleared_for_restricted` may be given restricted records (S10).
    """

    __tablename__ = "auditor_appointments"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        one_at_a_time("auditor_appointments", "uuid_hash_extended(person_id, 0)"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint(f"employment IN ({', '.join(map(repr, EMPLOYMENTS))})", name="employment"),
        Index(
            "uq_auditor_appointments_one_at_a_time",
            "person_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    roles: Mapped[list[str]]
    capacity: Mapped[int]
    employment: Mapped[str] = mapped_column(server_default=text("'full_time'"), default="full_time")
    employer: Mapped[str | None]
    is_cleared_for_restricted: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class Absence(Versioned, Base):
    """Somebody is away from one day to another, both included; perhaps with who stands in for them in all that they do.

    Why is nobody's business here.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_beginning"),
        CheckConstraint("stands_in_id <> person_id", name="somebody_else_stands_in"),
        Index("uq_absences", "person_id", "first_on", "last_on", unique=True),
    )

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    stands_in_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
