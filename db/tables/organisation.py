"""Services, teams, people, the posts they hold, who may audit, and who is away (P4, A1–A3, S9)."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class Service(Base):
    """A service of the council or of a partner; `id` is the policy's word for it, such as `mash`."""

    __tablename__ = "services"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Team(Base):
    """A team; `reference` is its id in the case system. One of another employer has a contact address (P4)."""

    __tablename__ = "teams"

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"), index=True)
    employer: Mapped[str | None]
    contact_email: Mapped[str | None]
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class Person(Base):
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
    line_manager_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)


class TeamMembership(Base):
    """Somebody belongs to a team from one day to another; to one team at a time."""

    __tablename__ = "team_memberships"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
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


class Post(Base):
    """A post that somebody holds, for a team, a service or the whole council, and who stands in for them."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        CheckConstraint("team_id IS NULL OR service_id IS NULL", name="one_scope"),
        CheckConstraint("deputy_id <> person_id", name="deputy_is_somebody_else"),
        Index("ix_posts_role", "role", "team_id", "service_id"),
    )

    id: Mapped[Id]
    role: Mapped[str]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    service_id: Mapped[str | None] = mapped_column(ForeignKey("services.id"))
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class AuditorAppointment(Base):
    """Somebody audits for a service, so many audits a cycle, from one day to another (A1, A3)."""

    __tablename__ = "auditor_appointments"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_beginning"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
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
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class Absence(Base):
    """Somebody is away from one day to another, both included. Why is nobody's business here."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_beginning"),
        Index("uq_absences", "person_id", "first_on", "last_on", unique=True),
    )

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
