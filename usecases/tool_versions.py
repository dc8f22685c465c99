"""Changing the audit tool: a new version is drafted, saved, published; what is published never changes (P8, L2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.queries import audit_tools
from db.tables.audit_tools import ToolVersion as VersionRow
from rules.audit_tools import ToolVersion
from rules.errors import InvalidFacts, Problem
from rules.tool_checks import SHORT_ID, problems_of_tool
from rules.tool_contents import content_hash, content_of
from usecases.audit_tools import FROM_THE_COUNCIL, current_tools, stored_version, version_in
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.trail import Entry, record
from usecases.work import Work

_RULE = "P8"


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """A version as it is shown; `row` is None for one that stands in the edition's files alone, so far.

    `audits` counts those that are done with it.
    """

    text: ToolVersion
    row: VersionRow | None
    audits: int
    is_in_force: bool


class NotFitForAudits(InvalidFacts, NotAllowedNow):
    """A version that cannot be published as it is, with every point against it."""

    code = "not_publishable"

    def __init__(self, problems: Sequence[Problem], clause: str) -> None:
        super().__init__(problems)
        self.clause = clause


def draft_version(work: Work, tool: str, because: str) -> VersionRow:
    """A draft of a tool's next version, with the text of the one in force.

    Raises NotFound for a tool that there is not, NotAllowedNow while it has a draft.
    """
    current = stored_version(work, tool)
    if current is None:
        raise _no_such_tool(tool)
    return _draft(work, tool, version_in(current), because)


def new_tool(work: Work, tool: ToolVersion, because: str) -> VersionRow:
    """The first draft of a tool of the council's own, for a theme or, named in the policy, for a service or kind.

    Raises InvalidFacts for what is no id of a tool, NotAllowedNow for one that is taken.
    """
    if not SHORT_ID.fullmatch(tool.tool):
        sentence = "The id of a tool has small letters, digits and _, up to 40, and begins with a letter."
        raise InvalidFacts([Problem("/tool", sentence, tool.tool[:40], _RULE)])
    if tool.tool in current_tools(work) or audit_tools.versions_of(work.session, _edition(work), tool.tool):
        raise _not_now(work, f"There is a tool {tool.tool!r} already: draft a new version of it, or choose another id.")
    return _draft(work, tool.tool, tool, because)


def save_draft(work: Work, tool: str, number: int, content: ToolVersion, version: int) -> VersionRow:
    """Saves the text of a draft, whole; whether it is fit for audits is asked when it is published.

    A form stays a form and a module a module. Raises NotFound, AlreadyDifferent when it was saved since `version` was
    read, and NotAllowedNow once it is published.
    """
    row = _held(work, tool, number, version)
    if row.state != "draft":
        sentence = f"Version {number} of {tool} is published and stays as it is: draft a new version, and change that."
        raise _not_now(work, sentence)
    kept = replace(content, is_module=version_in(row).is_module)
    row.content = content_of(kept)
    row.content_hash = content_hash(row.content)
    _moved(work, row)
    record(work, _entry(row, "tool_version_saved"))
    return row


def publish_version(work: Work, tool: str, number: int, version: int) -> VersionRow:
    """Puts a draft in force: audits allocated from now on are done with it. Published again it stays as it is.

    Raises NotFound, AlreadyDifferent when it was saved since `version` was read, and NotFitForAudits with every point.
    """
    row = _held(work, tool, number, None)
    if row.state == "published":
        return row
    _refuse_stale(row, version)
    current = {name: it.version for name, it in current_tools(work).items()}
    problems = problems_of_tool(version_in(row), current)
    if problems:
        raise NotFitForAudits(problems, work.policy.clause_of(problems[0].rule or ""))
    row.state, row.published_at, row.published_by = "published", work.now, work.actor
    row.version += 1
    work.session.flush()
    record(work, _entry(row, "tool_version_published"))
    return row


def discard_draft(work: Work, tool: str, number: int, version: int) -> None:
    """Throws a draft away. Raises as `save_draft` does."""
    row = _held(work, tool, number, version)
    if row.state != "draft":
        raise _not_now(work, f"Version {number} of {tool} is published: audits are done with it, and it stays.")
    record(work, _entry(row, "tool_version_discarded"))
    audit_tools.forget_version(work.session, row.id)


def versions_seen(work: Work, tool: str) -> list[VersionSeen]:
    """Every version of a tool, the newest first. Raises NotFound for a tool that there is not."""
    rows = audit_tools.versions_of(work.session, _edition(work), tool)
    current = current_tools(work).get(tool)
    if current is None and not rows:
        raise _no_such_tool(tool)
    audits = audit_tools.audits_done_with(work.session, [row.id for row in rows])
    in_force = current.version.version if current else None
    seen = [VersionSeen(version_in(row), row, audits.get(row.id, 0), row.number == in_force) for row in rows]
    if current is not None and current.row is None:
        seen.insert(0, VersionSeen(current.version, None, 0, is_in_force=True))
    return seen


def version_seen(work: Work, tool: str, number: int | None = None) -> VersionSeen:
    """One version of a tool, without a number the one in force, else its only draft. Raises NotFound."""
    seen = versions_seen(work, tool)
    if number is None:
        return next((it for it in seen if it.is_in_force), seen[0])
    found = next((it for it in seen if it.text.version == number), None)
    if found is None:
        raise _no_such_version(tool, number)
    return found


def _draft(work: Work, tool: str, text: ToolVersion, because: str) -> VersionRow:
    if not because.strip():
        raise InvalidFacts([Problem("/because", "Say why: a form is changed for a reason.", None, _RULE)])
    number = audit_tools.next_number(work.session, _edition(work), tool)
    if not audit_tools.add_version(work.session, _values(work, tool, number, content_of(text), because)):
        raise _not_now(work, f"{tool} has a draft already: go on with that, publish it or discard it.")
    row = audit_tools.version_of(work.session, _edition(work), tool, number)
    assert row is not None, "added above"
    record(work, _entry(row, "tool_version_drafted", because))
    return row


def _values(work: Work, tool: str, number: int, content: Mapping[str, Any], because: str) -> dict[str, Any]:
    return {
        "edition_id": _edition(work),
        "tool": tool,
        "number": number,
        "state": "draft",
        "origin": FROM_THE_COUNCIL,
        "content": content,
        "content_hash": content_hash(content),
        "because": because,
        "saved_at": work.now,
        "saved_by": work.actor,
    }


def _held(work: Work, tool: str, number: int, version: int | None) -> VersionRow:
    row = audit_tools.version_of(work.session, _edition(work), tool, number, lock=True)
    if row is None:
        raise _no_such_version(tool, number)
    if version is not None and row.state == "draft":
        _refuse_stale(row, version)
    return row


def _refuse_stale(row: VersionRow, version: int) -> None:
    if row.version != version:
        raise AlreadyDifferent(
            f"Version {row.number} of {row.tool} was saved by {row.saved_by} meanwhile (ETag {row.version}): read it "
            "again, then save your changes to that."
        )


def _moved(work: Work, row: VersionRow) -> None:
    row.saved_at, row.saved_by = work.now, work.actor
    row.version += 1
    work.session.flush()


def _entry(row: VersionRow, action: str, because: str | None = None) -> Entry:
    details = {"edition": row.edition_id, "number": row.number, "content_hash": row.content_hash}
    return Entry(("audit_tool", row.tool), action, rule=_RULE, details=details, texts={"reason": because})


def _no_such_tool(tool: str) -> NotFound:
    return NotFound(f"There is no audit tool {tool!r:.60}: GET /v1/audit-tools lists them.")


def _no_such_version(tool: str, number: int) -> NotFound:
    return NotFound(
        f"There is no version {number} of an audit tool {tool!r:.60}: GET /v1/audit-tools/{{tool}}/versions lists them."
    )


def _not_now(work: Work, sentence: str) -> NotAllowedNow:
    return NotAllowedNow(sentence, rule=_RULE, clause=work.policy.clause_of(_RULE))


def _edition(work: Work) -> str:
    return work.policy.edition.id
