"""A grading as it is sent and answered (L2, L3, P8)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.fields import Asked, RecordedDate, Written, shown_as
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, LineAnswer

Id = Annotated[str, Field(min_length=1, max_length=60)]
_MOST_DOMAINS, _MOST_LINES, _MOST_CHECKS, _MOST_POINTS = 60, 60, 200, 50


WRITTEN_EXAMPLE: dict[str, Any] = {
    "domains": [
        {
            "domain": "voice",
            "grade": "good",
            "evidence": "Her own words stand in each review; the one of May quotes what she asked for.",
            "is_applicable": True,
            "changed_because": None,
            "lines": [{"line": "heard", "answer": "Asked at each visit, and written down.", "is_applicable": True}],
        }
    ],
    "checks": [{"check": "supervision_recorded", "answer": "yes", "started_on": None, "done_on": None, "note": None}],
    "strengths": ["Plain letters that she can read."],
    "areas_to_improve": ["The review was six weeks late."],
    "overall": "good",
    "overall_because": None,
    "is_anyone_unsafe": None,
    "added_by_discussion": None,
    "changed_because": None,
}


class LineAnswered(Asked):
    """A key line of enquiry: what the record shows, or that it does not apply."""

    line: Annotated[Id, Field(examples=["heard"])]
    answer: Written | None = None
    is_applicable: bool = True


class DomainWritten(Asked):
    """A domain of the audit tool. Of one that does not apply the evidence says why."""

    domain: Annotated[Id, Field(examples=["voice"])]
    grade: Annotated[str | None, Field(max_length=60, description="A code of `gradings.grades`", examples=["good"])] = (
        None
    )
    evidence: Written | None = None
    is_applicable: bool = True
    lines: Annotated[list[LineAnswered], Field(default_factory=list, max_length=_MOST_LINES)]
    changed_because: Annotated[
        Written | None,
        Field(description="Where no discussion was held: why the second grade of it is another than the first"),
    ] = None


class CheckWritten(Asked):
    """A compliance check; with the two days of its timescale, where it has one."""

    check: Annotated[Id, Field(examples=["supervision_recorded"])]
    answer: Literal["yes", "no", "not_applicable"] | None = None
    started_on: RecordedDate | None = None
    done_on: RecordedDate | None = None
    note: Written | None = None


UnsafeAnswered = Annotated[
    bool | None,
    Field(
        description="Whether anyone is unsafe now: needed where a grade that is given asks it, such as Inadequate; yes "
        "only once a safety alert was raised from the audit"
    ),
]


class GradingWritten(Asked):
    """A grading as far as it is written: what is left out is missing, and in the second grading stands as in the first.

    Grades, the answer about safety and what the discussion added are given anew after the discussion.
    """

    model_config = shown_as(WRITTEN_EXAMPLE)

    domains: Annotated[list[DomainWritten], Field(default_factory=list, max_length=_MOST_DOMAINS)]
    checks: Annotated[list[CheckWritten], Field(default_factory=list, max_length=_MOST_CHECKS)]
    strengths: Annotated[list[Written], Field(default_factory=list, max_length=_MOST_POINTS)]
    areas_to_improve: Annotated[list[Written], Field(default_factory=list, max_length=_MOST_POINTS)]
    overall: Annotated[str | None, Field(max_length=60, examples=["good"])] = None
    overall_because: Annotated[
        Written | None, Field(description="Why it is so much better than the worst domain, where it is")
    ] = None
    is_anyone_unsafe: Annotated[
        bool | None, Field(description="Asked when a grade is the worst; yes needs a safety alert")
    ] = None
    added_by_discussion: Annotated[Written | None, Field(description="After the discussion only")] = None
    changed_because: Annotated[
        Written | None,
        Field(description="Where no discussion was held: why the second overall grade is another than the first"),
    ] = None


def content_of(written: GradingWritten) -> GradingContent:
    """What was sent as the rules know it; a text left out is an empty one."""
    return GradingContent(
        domains=tuple(_domain(domain) for domain in written.domains),
        checks=tuple(_check(check) for check in written.checks),
        strengths=tuple(written.strengths),
        areas_to_improve=tuple(written.areas_to_improve),
        overall=written.overall,
        overall_because=written.overall_because or "",
        is_anyone_unsafe=written.is_anyone_unsafe,
        added_by_discussion=written.added_by_discussion or "",
        changed_because=written.changed_because or "",
    )


def _domain(it: DomainWritten) -> DomainContent:
    lines = tuple(LineAnswer(line.line, line.answer or "", line.is_applicable) for line in it.lines)
    return DomainContent(it.domain, it.grade, it.evidence or "", it.is_applicable, lines, it.changed_because or "")


def _check(it: CheckWritten) -> CheckFound:
    answer = None if it.answer is None else CheckAnswer(it.answer)
    return CheckFound(it.check, answer, it.done_on, it.note or "", it.started_on)


def as_written(content: GradingContent) -> GradingWritten:
    """As it was sent: what was left out is null."""
    return GradingWritten.model_construct(
        domains=[
            DomainWritten.model_construct(
                domain=it.domain,
                grade=it.grade,
                evidence=it.evidence or None,
                is_applicable=it.is_applicable,
                lines=[
                    LineAnswered.model_construct(
                        line=line.line, answer=line.answer or None, is_applicable=line.is_applicable
                    )
                    for line in it.lines
                ],
                changed_because=it.changed_because or None,
            )
            for it in content.domains
        ],
        checks=[
            CheckWritten.model_construct(
                check=it.check,
                answer=it.answer.value if it.answer else None,
                started_on=it.started_on,
                done_on=it.on,
                note=it.note or None,
            )
            for it in content.checks
        ],
        strengths=list(content.strengths),
        areas_to_improve=list(content.areas_to_improve),
        overall=content.overall,
        overall_because=content.overall_because or None,
        is_anyone_unsafe=content.is_anyone_unsafe,
        added_by_discussion=content.added_by_discussion or None,
        changed_because=content.changed_because or None,
    )
