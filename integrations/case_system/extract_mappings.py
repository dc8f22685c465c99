"""What a council says of its own extracts, as data: columns, dates, codes and words (ECOSYSTEM §1.5, FRAMEWORK C1).

A mapping is a TOML file laid over `mappings/default.toml`: it need only hold what it says otherwise.
"""

import enum
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rules.errors import PolicyError
from rules.policy.values import Where, build_fields
from usecases.extract_ports import CO_WORKER, Choices, DateForm, ExtractKind

DEFAULT_FILE = Path(__file__).parent / "mappings" / "default.toml"
ANY_CODE = "*"
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class Encoding(enum.StrEnum):
    """How the bytes of an extract are letters; detected, or stated."""

    DETECTED = "detected"
    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WINDOWS_1252 = "windows-1252"


class Delimiter(enum.StrEnum):
    """What stands between two cells; detected by the header line, or stated."""

    DETECTED = "detected"
    COMMA = "comma"
    TAB = "tab"
    SEMICOLON = "semicolon"
    BAR = "bar"

    @property
    def characters(self) -> tuple[str, ...]:
        """The characters to try."""
        every = {Delimiter.COMMA: ",", Delimiter.TAB: "\t", Delimiter.SEMICOLON: ";", Delimiter.BAR: "|"}
        return tuple(every.values()) if self is Delimiter.DETECTED else (every[self],)


class StatedDateForm(enum.StrEnum):
    """How one kind of file writes its dates; `detected` believes only a file that leaves no doubt."""

    DETECTED = "detected"
    UK = "uk"
    ISO = "iso"
    NAMED_MONTH = "named_month"
    EXCEL = "excel"


@dataclass(frozen=True, slots=True)
class FileShape:
    """What a file is like around its rows. `empty` are words that stand for an empty cell, `footers` patterns."""

    encoding: Encoding
    delimiter: Delimiter
    header_within_lines: int
    empty: tuple[str, ...]
    footers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateMeanings:
    """Dates that are none: those of `no_date`, and as ends all from the year `no_end_from_year` on."""

    no_date: tuple[str, ...]
    no_end_from_year: int


@dataclass(frozen=True, slots=True)
class IdMeanings:
    """Ids that stand for nobody, and the width to which ids that lost their zeros are filled up, by column."""

    no_worker: tuple[str, ...]
    widths: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class YesAndNo:
    """The words of the column `restricted`, in any case; blank is no."""

    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleCodes:
    """What a role on a case means: the first of `practitioner` that a case has says whose practice is looked at."""

    practitioner: tuple[str, ...]
    co_worker: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Ids of teams and words for services that are known here by others."""

    teams: Mapping[str, str]
    services: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """A column whose values are kept as short codes; without `values` they have to be codes themselves."""

    column: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KindMapping:
    """The columns of one kind of extract and its dates, and which of its rows count.

    `only` names the values that a column must have, `left_out` patterns that it may not match.
    """

    columns: Mapping[str, tuple[str, ...]]
    date_form: StatedDateForm
    only: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]

    @property
    def stated_date_form(self) -> DateForm | None:
        return None if self.date_form is StatedDateForm.DETECTED else DateForm(self.date_form.value)


@dataclass(frozen=True, slots=True)
class InvolvementMapping(KindMapping):
    """The same with what is kept of a case beside its references, by the attribute's name."""

    attributes: Mapping[str, AttributeColumn]


@dataclass(frozen=True, slots=True)
class ExtractMapping:
    """A whole mapping."""

    name: str
    file: FileShape
    dates: DateMeanings
    ids: IdMeanings
    restricted: YesAndNo
    role_codes: RoleCodes
    choices: Choices
    words: Words
    involvements: InvolvementMapping
    workers: KindMapping
    teams: KindMapping
    sha256: str = ""

    def of_kind(self, kind: ExtractKind) -> KindMapping:
        """What it says of that kind of extract."""
        return {
            ExtractKind.INVOLVEMENTS: self.involvements,
            ExtractKind.WORKERS: self.workers,
            ExtractKind.TEAMS: self.teams,
        }[kind]

    def role_ranks(self) -> dict[str, int | None]:
        """The rank of each role code in capitals; None for one whose rows are left out."""
        codes = self.role_codes
        return {
            **{code.upper(): rank for rank, code in enumerate(codes.practitioner)},
            **{code.upper(): CO_WORKER for code in codes.co_worker},
            **{code.upper(): None for code in codes.left_out},
        }


@cache
def default_mapping() -> ExtractMapping:
    """The mapping of files whose columns have our own names."""
    return _built(_toml(DEFAULT_FILE), DEFAULT_FILE)


def load_mapping(file: Path | None) -> ExtractMapping:
    """The mapping in that file over the default one; the default one for None.

    Raises PolicyError, which names file, key and what is allowed.
    """
    if file is None:
        return default_mapping()
    return _built(_laid_over(_toml(DEFAULT_FILE), _toml(file)), file)


def _built(table: dict[str, Any], file: Path) -> ExtractMapping:
    where = Where(file)
    sha256 = hashlib.sha256(repr(sorted(table.items())).encode()).hexdigest()
    mapping = build_fields(ExtractMapping, {**table, "sha256": sha256}, where)
    assert isinstance(mapping, ExtractMapping)
    for problem in _contradictions(mapping, where):
        raise problem
    return mapping


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"The mapping {file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file.name} is not UTF-8 text (byte {error.start}): save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{file.name} is not valid TOML: {error}.") from None


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged, lists and values replaced."""
    merged = dict(below)
    for key, value in above.items():
        known = below.get(key)
        merged[key] = _laid_over(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _contradictions(mapping: ExtractMapping, where: Where) -> Iterator[PolicyError]:
    """What fits the shape and still cannot be meant."""
    yield from _columns(mapping, where)
    for kind in ExtractKind:
        for header, pattern in mapping.of_kind(kind).left_out.items():
            yield from _pattern(pattern, where.at(kind, "left_out", header))
    for pattern in mapping.file.footers:
        yield from _pattern(pattern, where.at("file", "footers"))
    yield from _attributes(mapping.involvements.attributes, where.at("involvements", "attributes"))
    yield from _role_codes(mapping.role_codes, where.at("role_codes"))
    for column, width in mapping.ids.widths.items():
        if column not in ("person_id", "worker_id", "team_id") or width < 1:
            yield where.at("ids", "widths").error(
                f"should name the width, 1 or more, of person_id, worker_id or team_id, not {column} = {width}"
            )
    if mapping.file.header_within_lines < 1:
        yield where.at("file", "header_within_lines").error("should be 1 or more")


def _columns(mapping: ExtractMapping, where: Where) -> Iterator[PolicyError]:
    for kind in ExtractKind:
        known = default_columns(kind)
        for column, names in mapping.of_kind(kind).columns.items():
            place = where.at(kind, "columns")
            if column not in known:
                yield place.error(f"has the unknown key {column!r}; allowed are {', '.join(sorted(known))}")
            if not names:
                yield place.at(column).error("should name at least one header; leave the key out for the usual name")


def default_columns(kind: ExtractKind) -> frozenset[str]:
    """The columns that there are, by the default mapping."""
    return frozenset(_toml(DEFAULT_FILE)[kind]["columns"])


def _pattern(pattern: str, where: Where) -> Iterator[PolicyError]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield where.error(f"should be a regular expression: {pattern!r} is none ({error})")


def _attributes(attributes: Mapping[str, AttributeColumn], where: Where) -> Iterator[PolicyError]:
    """Codes only: what stands in a case system may be anything, and a case is told of by references alone (C3)."""
    for name, attribute in attributes.items():
        for code in (name, *attribute.values.values()):
            if not _CODE.fullmatch(code):
                yield where.at(name).error(
                    f"has {code!r:.60}, which is no short code: small letters, digits and . _ - up to 40 characters"
                )


def _role_codes(codes: RoleCodes, where: Where) -> Iterator[PolicyError]:
    every = [code.upper() for code in (*codes.practitioner, *codes.co_worker, *codes.left_out)]
    twice = sorted({code for code in every if every.count(code) > 1})
    if twice:
        yield where.error(f"names {', '.join(twice)} more than once: a code means one thing")
    if not codes.practitioner:
        yield where.at("practitioner").error(f"should name at least one code, or {ANY_CODE!r} for all others")
