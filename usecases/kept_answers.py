"""Clearing away what was kept for a while only: answers to repeated requests, and sessions that have ended."""

from datetime import timedelta

from db.queries import access, api_keys
from usecases.work import Work


def forget_what_was_kept(work: Work, answers_for: timedelta) -> str:
    """Deletes answers and counts of refused keys older than that, and sign-ins past their time. Says how many."""
    answers = access.forget_answers(work.session, work.now - answers_for)
    links, sessions = access.forget_sign_ins(work.session, work.now)
    refusals = api_keys.forget_refusals(work.session, work.now - answers_for)
    return (
        f"Forgot {answers} kept answers, {links} sign-in links, {sessions} sessions "
        f"and {refusals} counts of refused keys."
    )
