"""The documents that an edition hands out: Markdown files in its folder, and its audit tool as a page."""

from collections.abc import Iterable
from pathlib import Path

from rules.audit_tools import ToolVersion
from rules.errors import PolicyError
from rules.policy.audit_tool_pages import as_markdown
from rules.policy.load import folder_of
from rules.policy.shape import Policy

DOCUMENTS = "documents"
AUDIT_TOOL = "audit-tool"


def document_text(
    policy: Policy, name_or_folder: str | Path, name: str, tools: Iterable[ToolVersion] | None = None
) -> str | None:
    """The text of a document that the edition lists; None for one that it does not.

    The audit tool is a page made from `tools`, those in force, or from the edition's own; unless the folder has a file
    of that name. Raises PolicyError when the edition lists it and its folder lacks the file.
    """
    if name not in {document.name for document in policy.notices.allocation_documents}:
        return None
    file = folder_of(name_or_folder) / DOCUMENTS / f"{name}.md"
    if name == AUDIT_TOOL and not file.exists():
        return as_markdown(policy, policy.tool_files.values() if tools is None else tools)
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(
            f"{policy.edition.id} lists the document {name!r} and has no {DOCUMENTS}/{name}.md: add the file."
        ) from error
