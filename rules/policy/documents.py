"""The documents that an edition hands out, such as its audit tool: Markdown files in its folder."""

from pathlib import Path

from rules.errors import PolicyError
from rules.policy.load import folder_of
from rules.policy.shape import Policy

DOCUMENTS = "documents"


def document_text(policy: Policy, name_or_folder: str | Path, name: str) -> str | None:
    """The text of a document that the edition lists; None for one that it does not.

    Raises PolicyError when the edition lists it and its folder lacks the file.
    """
    if name not in {document.name for document in policy.notices.allocation_documents}:
        return None
    file = folder_of(name_or_folder) / DOCUMENTS / f"{name}.md"
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(
            f"{policy.edition.id} lists the document {name!r} and has no {DOCUMENTS}/{name}.md: add the file."
        ) from error
