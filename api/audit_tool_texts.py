"""What an audit tool says, as it is sent and saved: domains with lines of enquiry, and compliance checks (P8, L2)."""

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from api.fields import AskedToRecord
from rules.audit_tools import ToolVersion
from rules.lengths import parse_length
from rules.tool_contents import content_of, tool_version

# Whether an id is one, and there once, is asked when the version is published, all points at once.
Id = Annotated[str, Field(min_length=1, max_length=40, examples=["voice"])]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Paragraph = Annotated[str, Field(min_length=1, max_length=2000)]


TEXT: dict[str, Any] = {
    "title": "MASH",
    "introduction": "The hub decides in hours what others live with for months.",
    "domains": [
        {
            "id": "front_door",
            "title": "Screening and decision at the front door",
            "purpose": "Whether contacts were sorted by urgency and decided on the right threshold.",
            "good": "Immediate safety was checked first.",
            "worrying": "Contacts waiting unread.",
            "lines": [
                {
                    "id": "triaged",
                    "question": "Was urgency judged on receipt?",
                    "evidence": ["Time received, time first read, rating and reason"],
                }
            ],
            "may_not_apply": False,
        }
    ],
    "checks": [
        {
            "id": "mash_same_day",
            "question": "Was the contact read and rated in time?",
            "evidence": "Time of receipt and of rating",
            "timescale": {
                "starts_with": "the contact was received",
                "ends_with": "it was read and rated",
                "within": "1 working day",
                "source": "local measure",
            },
        }
    ],
}


def _length(written: str) -> str:
    return str(parse_length(written))


class LineText(AskedToRecord):
    """A key line of enquiry: a question, with prompts for where the evidence may be found."""

    id: Id
    question: Annotated[Sentence, Field(examples=["Was the person seen and spoken with?"])]
    evidence: Annotated[list[Sentence], Field(max_length=20, examples=[["Dates and places of visits"]])]


class DomainText(AskedToRecord):
    """One area of practice that is graded as a whole."""

    id: Id
    title: Annotated[str, Field(min_length=1, max_length=100, examples=["The person's voice"])]
    purpose: Paragraph
    good: Annotated[Paragraph, Field(description="What good practice is like")]
    worrying: Annotated[Paragraph, Field(description="What would give cause for concern")]
    lines: Annotated[list[LineText], Field(max_length=30)]
    may_not_apply: Annotated[bool, Field(description="Whether an auditor may mark it as not applicable")] = False


class TimescaleText(AskedToRecord):
    """What a check measures: from one day to another, within a length."""

    starts_with: Annotated[str, Field(min_length=1, max_length=200, examples=["the concern was received"])]
    ends_with: Annotated[str, Field(min_length=1, max_length=200, examples=["the decision"])]
    within: Annotated[
        str, AfterValidator(_length), Field(max_length=30, examples=["2 working days"], description="Or months")
    ]
    source: Annotated[str, Field(min_length=1, max_length=300, description="Whose limit it is")]


class CheckText(AskedToRecord):
    """A question of compliance: yes, no or not applicable; with two dates where it has a timescale."""

    id: Id
    question: Sentence
    evidence: Sentence
    timescale: TimescaleText | None = None


class ToolText(AskedToRecord):
    """What a version of a tool says. Without domains there is a percentage only (P8)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [TEXT]})

    title: Annotated[str, Field(min_length=1, max_length=100, examples=["MASH"])]
    introduction: Paragraph
    domains: Annotated[list[DomainText], Field(max_length=60)]
    checks: Annotated[list[CheckText], Field(max_length=300)]


def version_asked(tool: str, number: int, text: ToolText, *, is_module: bool = True) -> ToolVersion:
    """What somebody wrote, as the rules know it."""
    return tool_version(tool, number, {**text.model_dump(exclude_none=True), "is_module": is_module})


def text_told(version: ToolVersion) -> dict[str, Any]:
    """What a version says, for an answer."""
    content = content_of(version)
    return {name: content[name] for name in ToolText.model_fields}
