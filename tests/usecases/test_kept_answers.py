from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.tables.access import IdempotencyKey, RefusedAttempts, SignInLink, SignInSession
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from usecases.kept_answers import forget_what_was_kept
from usecases.work import Work

NOW = datetime(2026, 10, 8, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)


def test_what_is_past_its_time_is_forgotten_and_the_rest_is_kept(session: Session) -> None:
    policy = load_edition()
    work = Work(session, NOW, WorkingDayCalendar.of_policy(policy.calendar), policy, "a test")
    for name, made_at in (("old", NOW - WEEK - MINUTE), ("new", NOW - WEEK + MINUTE)):
        session.add(IdempotencyKey(actor="somebody", key=name, request_sha256="", made_at=made_at))
        session.add(RefusedAttempts(source=f"address {name}", began_at=made_at, attempts=3))
    for name, expires_at in (("old", NOW - MINUTE), ("new", NOW + MINUTE)):
        session.add(SignInLink(code_sha256=name, made_at=NOW, expires_at=expires_at))
        session.add(SignInSession(token_sha256=name, actor="somebody", made_at=NOW, expires_at=expires_at))
    session.flush()

    assert forget_what_was_kept(work, WEEK) == (
        "Forgot 1 kept answers, 1 sign-in links, 1 sessions and 1 counts of refused keys."
    )

    assert session.scalars(select(IdempotencyKey.key)).all() == ["new"]
    assert session.scalar(select(func.count()).select_from(SignInLink)) == 1
    assert session.scalars(select(SignInSession.token_sha256)).all() == ["new"]
    assert session.scalars(select(RefusedAttempts.source)).all() == ["address new"]
