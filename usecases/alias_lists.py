"""Aliases by file: good rows are made, every other row is told of with its line (S10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from rules.errors import Refusal
from usecases.aliases import AliasFacts, alias_case, alias_person
from usecases.extract_ports import AliasLine, AliasReader, DateForm
from usecases.extract_sentences import sentence_of
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class AliasRefused:
    """A row that made no alias, and why."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class AliasesImported:
    """What became of a list's rows."""

    made: int
    known: int
    refused: tuple[AliasRefused, ...]


def import_case_aliases(
    work: Work, read_aliases: AliasReader, content: BinaryIO, date_form: DateForm | None = None
) -> AliasesImported:
    """Make the aliases of a list of cases. Raises BrokenExtract for a file that is none."""
    return _import(work, read_aliases, content, date_form, lambda facts: alias_case(work, facts)[1])


def import_person_aliases(
    work: Work, read_aliases: AliasReader, content: BinaryIO, date_form: DateForm | None = None
) -> AliasesImported:
    """Make the aliases of a list of workers. Raises BrokenExtract for a file that is none."""
    return _import(work, read_aliases, content, date_form, lambda facts: alias_person(work, facts).is_new)


def _import(
    work: Work,
    read_aliases: AliasReader,
    content: BinaryIO,
    date_form: DateForm | None,
    make: Callable[[AliasFacts], bool],
) -> AliasesImported:
    lines, faults = read_aliases(content, date_form)
    refused = [AliasRefused(fault.line, sentence_of(fault)) for fault in faults]
    made = known = 0
    for line in lines:
        try:
            with work.session.begin_nested():
                is_new = make(_facts(line))
        except Refusal as why:
            refused.append(AliasRefused(line.line, why.sentence))
        else:
            made, known = made + is_new, known + (not is_new)
    return AliasesImported(made, known, tuple(sorted(refused, key=lambda it: it.line)))


def _facts(line: AliasLine) -> AliasFacts:
    return AliasFacts(line.from_reference, line.to_reference, date.fromisoformat(line.since_on), line.reason)
