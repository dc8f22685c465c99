"""Clearing away what was kept for a while only: answers to repeated requests, and sessions that have ended."""

from datetime import timedelta

from db.queries import access
from usecases.work import Work


def forget_what_was_kept(work: Work, answers_for: timedelta) -> str:
    """Deletes answers older than that, and sign-in links and sessions past their time. Says how many."""
    answers = access.forget_answers(work.session, work.now - answers_for)
    links, sessions = access.forget_sign_ins(work.session, work.now)
    return f"Forgot {answers} kept answers, {links} sign-in links and {sessions} sessions."
