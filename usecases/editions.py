"""Which edition of the framework holds for a cycle: the one it was pinned to (DESIGN §3)."""

from rules.errors import PolicyError
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from usecases.errors import NotAllowedNow
from usecases.work import Work


def edition_pinned(work: Work, edition_id: str, edition_version: str) -> Policy:
    """The edition of that id and version.

    Raises NotAllowedNow if this installation no longer has it: a draw is not judged by another edition.
    """
    if (work.policy.edition.id, work.policy.edition.version) == (edition_id, edition_version):
        return work.policy
    try:
        found = load_edition(edition_id)
    except PolicyError:
        found = None
    if found is None or found.edition.version != edition_version:
        raise NotAllowedNow(
            f"This cycle is pinned to version {edition_version} of the edition {edition_id!r}, which is not "
            "installed here: install that version beside the one in force."
        )
    return found
