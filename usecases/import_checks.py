"""Whether an extract may be loaded at all: its day, and how much less it holds than the one before (C1)."""

from datetime import date

from db.tables.caseload import CaseloadImport
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from rules.policy.shape import Policy
from usecases.errors import NotAllowedNow
from usecases.extract_ports import ExtractKind
from usecases.work import Work


class CaseloadFell(NotAllowedNow):
    """The extract holds much less than the one before: nothing is loaded until somebody confirms that it is right."""

    code = "caseload_fell"


def day_of_extract(given: date | None, stated: date | None) -> date:
    """The day on which the extract was made: as the file states it in `extracted_at`, else as the sender does.

    Raises InvalidFacts when neither does, or when they disagree.
    """
    if given is not None and stated is not None and given != stated:
        sentence = (
            f"The file says in extracted_at that it was made on {day_in_words(stated)}, not on {day_in_words(given)}. "
            "Nothing was loaded: send the other file, or leave extracted_on out."
        )
        raise InvalidFacts([Problem("/extracted_on", sentence, given.isoformat(), "C1")])
    day = stated or given
    if day is None:
        sentence = (
            "The file has no column extracted_at that says when it was made: state the day in extracted_on "
            "(at the command line --extracted-on)."
        )
        raise InvalidFacts([Problem("/extracted_on", sentence, None, "C1")])
    return day


def must_not_be_older(work: Work, newest: CaseloadImport | None, kind: ExtractKind, extracted_on: date) -> None:
    """Raises InvalidFacts for a day to come, NotAllowedNow for an extract older than the one that counts."""
    if extracted_on > work.today:
        sentence = f"{day_in_words(extracted_on)} is still to come: state the day on which the extract was made."
        raise InvalidFacts([Problem("/extracted_on", sentence, extracted_on.isoformat(), "C1")])
    if newest is not None and extracted_on < newest.extracted_on:
        raise NotAllowedNow(
            f"This extract is of {day_in_words(extracted_on)}, but one of {kind} of "
            f"{day_in_words(newest.extracted_on)} is loaded already, and an older one would undo it. "
            "Nothing was changed: export a new one.",
            rule="C1",
        )


def why_it_fell(policy: Policy, before: CaseloadImport | None, now: CaseloadImport, ended: int) -> str | None:
    """The sentence that says how much less this extract has than the last of its kind; None within the policy.

    Rows that were read, rows that were loaded, and what would end are each held against the rows of before.
    """
    if before is None or before.rows_loaded < policy.caseload.fall_counted_from or now.state != "loaded":
        return None
    most = policy.caseload.largest_fall[now.kind]
    loaded, read = before.rows_loaded, before.rows_read
    falls = (
        (f"{loaded} rows were loaded then and {now.rows_loaded} now", _share(loaded, now.rows_loaded)),
        (f"{read} rows were read then and {now.rows_read} now", _share(read, now.rows_read)),
        (f"{ended} of {loaded} would end", _share(loaded, loaded - ended)),
    )
    words, share = max(falls, key=lambda fall: fall[1])
    if share <= most:
        return None
    return (
        f"This extract of {now.kind} holds much less than that of {day_in_words(before.extracted_on)}: {words}, "
        f"{share:.0f} % less, and at most {most} % are loaded without a question."
    )


def refuse_fall(fall: str) -> None:
    """Raises CaseloadFell with the figures and the way out."""
    raise CaseloadFell(
        f"{fall} Nothing was changed: export it again, or, if the caseload has really fallen so far, confirm it by "
        "sending it once more with confirmed_because and the reason.",
        rule="C1",
    )


def _share(before: int, now: int) -> float:
    return (before - now) * 100 / before if before else 0
