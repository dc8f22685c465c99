"""England's bank holidays as dated facts, read from the file beside this module."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from rules.named_days import NamedDay

_DATED_FILE = Path(__file__).with_name("bank_holidays_england.toml")


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """Every bank holiday on a Monday to Friday from the first year to the last, both included."""

    first_year: int
    last_year: int
    days: tuple[NamedDay, ...]


@cache
def bank_holidays_of_england() -> BankHolidays:
    """Bank holidays of England, with substitute and one-off days."""
    dated = tomllib.loads(_DATED_FILE.read_text(encoding="utf-8"))
    days = tuple(NamedDay(date.fromisoformat(on), name) for on, name in dated["days"].items())
    return BankHolidays(dated["first_year"], dated["last_year"], days)
