"""What single cells say: references, flags, e-mail addresses. Quick for good cells; a bad one raises BadCell."""

import re
from collections.abc import Callable, Collection
from typing import TypeVar

SHOWN = 60
_REMEMBERED = 50_000

_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,62}[A-Za-z0-9])?")
_PLAIN_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?")
_WRITTEN_AS_DECIMAL = re.compile(r"([0-9]+)\.0+")
_IN_THOUSANDS = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?")
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")
_UNSEEN = "\u200b\u200e\u200f\ufeff"  # marks without width that survive copying from web pages
_A_DIGIT = re.compile(r"\d")
_A_WORD = re.compile(r"[^\W\d_]{5,}")  # longer than the name of a month cut short
_YES = frozenset({"y", "yes", "1", "true", "t"})
_NO = frozenset({"", "n", "no", "0", "false", "f"})


_Meaning = TypeVar("_Meaning")


class Remembered(dict[str, _Meaning]):
    """What cells mean, worked out once for each different one; forgets all before it grows without end."""

    def __init__(self, meaning_of: Callable[[str], _Meaning]) -> None:
        super().__init__()
        self._meaning_of = meaning_of

    def __missing__(self, cell: str) -> _Meaning:
        if len(self) >= _REMEMBERED:
            self.clear()
        meaning = self[cell] = self._meaning_of(cell)
        return meaning


class BadCell(Exception):
    """A cell that cannot be used, by the code of the fault."""

    def __init__(self, column: str, cell: str, code: str, shown_as: str | None = None) -> None:
        super().__init__(code)
        self.column = column
        self.value = shown_as or shown(cell)
        self.code = code


def shown(cell: str) -> str | None:
    """A cell as an error may show it: cut short; not at all when it may be a name that slipped into a wrong column."""
    value = clean(cell)
    is_plain = len(value) <= 2 or (_A_DIGIT.search(value) and not _A_WORD.search(value))
    return value[:SHOWN] if is_plain else None


def clean(cell: str) -> str:
    """The cell without the spaces around it, non-breaking and invisible ones too."""
    return cell.strip() if cell.isascii() else cell.strip().strip(_UNSEEN).strip()


def reference(cell: str, column: str) -> str:
    """An id of the case system, as text. `12345.0` and `12,345` are what a spreadsheet makes of 12345."""
    if _PLAIN_REFERENCE.fullmatch(cell):  # as nearly all are: nothing to drop and nothing to mend
        return cell
    value = clean(cell)
    if not value:
        raise BadCell(column, cell, "missing")
    if not _REFERENCE.fullmatch(value):
        if thousands := _IN_THOUSANDS.fullmatch(value):
            return thousands[1].replace(",", "")
        raise BadCell(column, cell, "no_reference")
    if value[-1] == "0" and (decimal := _WRITTEN_AS_DECIMAL.fullmatch(value)):
        return decimal.group(1)
    return value


def filled_up(reference_found: str, width: int) -> str:
    """A number with the zeros in front that a spreadsheet took from it; anything else as it is."""
    return reference_found.zfill(width) if reference_found.isdigit() else reference_found


def flag(cell: str, column: str, yes: Collection[str] = _YES, no: Collection[str] = _NO) -> bool:
    """Yes or no, by words in small letters; blank is no."""
    value = clean(cell).lower()
    if not value or value in no:
        return False
    if value in yes:
        return True
    raise BadCell(column, cell, "no_flag")


def code_or_none(cell: str) -> str | None:
    """A short code in small letters, as an attribute is kept; None for what could be a sentence or a name."""
    value = clean(cell).lower().replace(" ", "_")
    return value if _CODE.fullmatch(value) else None


def words(cell: str) -> str | None:
    """A name or title of staff or of a team: one line of text without what nobody sees on it, or None."""
    text = " ".join(clean(cell).split())
    if not text.isprintable():  # or a message with it in its header could not be sent
        text = "".join(letter for letter in text if letter.isprintable())
    return text[:200] or None


def email(cell: str) -> str | None:
    """One address in small letters, since the same one comes in both; None if there is none that could be one."""
    value = clean(cell).lower()
    return value if _EMAIL.fullmatch(value) else None


def emails(cell: str) -> str | None:
    """The addresses of a job share, which stand in one cell; None if none could be one."""
    found = {address for part in re.split(r"[;, ]+", clean(cell)) if (address := email(part))}
    return ";".join(sorted(found)) or None
