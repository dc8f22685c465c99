"""The audit tool: what an audit looks at, as a form in versions (P8, L2).

A tool is made of parts: a *form*, which stands alone, and *modules* that add to it for a service, a kind of audit or a
theme. Each part has versions; one that is published never changes, so that an audit is read years later against the
form it was done with.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.lengths import Length


@dataclass(frozen=True, slots=True)
class LineOfEnquiry:
    """A key line of enquiry: one question of a domain, with prompts for where the evidence may be found."""

    id: str
    question: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToolDomain:
    """One area of practice that is graded as a whole.

    `good` says what good practice is like, `worrying` what would give cause for concern. A domain that `may_not_apply`
    can be marked as not applicable to a case; any other is graded in every audit.
    """

    id: str
    title: str
    purpose: str
    good: str
    worrying: str
    lines: tuple[LineOfEnquiry, ...]
    may_not_apply: bool = False


@dataclass(frozen=True, slots=True)
class Timescale:
    """What a check measures: from one day to another, within a length; `source` says whose limit it is."""

    starts_with: str
    ends_with: str
    within: Length
    source: str


@dataclass(frozen=True, slots=True)
class ComplianceCheck:
    """A question of compliance, answered yes, no or not applicable; with two dates where a timescale is checked."""

    id: str
    question: str
    evidence: str
    timescale: Timescale | None = None


@dataclass(frozen=True, slots=True)
class ToolVersion:
    """One version of one part of a tool. `tool` is the part's id, which stays; `version` counts from 1."""

    tool: str
    version: int
    title: str
    introduction: str
    is_module: bool
    domains: tuple[ToolDomain, ...] = ()
    checks: tuple[ComplianceCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditTool:
    """The form of one audit: its parts in order. Ids of domains and of checks are unique across all of them."""

    parts: tuple[ToolVersion, ...]

    @property
    def title(self) -> str:
        """ "Adult social care, version 2, with MASH, version 1"."""
        named = [f"{part.title}, version {part.version}" for part in self.parts]
        return ", with ".join([named[0], " and ".join(named[1:])] if len(named) > 1 else named)

    @property
    def domains(self) -> tuple[ToolDomain, ...]:
        return tuple(domain for part in self.parts for domain in part.domains)

    @property
    def checks(self) -> tuple[ComplianceCheck, ...]:
        return tuple(check for part in self.parts for check in part.checks)

    @property
    def is_graded(self) -> bool:
        """Whether it has graded domains; without, there is a percentage only: no second grading, L10 or S7 (P8)."""
        return any(part.domains for part in self.parts)

    @property
    def domains_by_id(self) -> Mapping[str, ToolDomain]:
        return {domain.id: domain for domain in self.domains}

    @property
    def checks_by_id(self) -> Mapping[str, ComplianceCheck]:
        return {check.id: check for check in self.checks}
