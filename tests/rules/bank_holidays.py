"""England's bank holidays as the `holidays` package knows them, under the names that gov.uk gives them.

`python -m tests.rules.bank_holidays` writes rules/bank_holidays_england.toml anew, after a new release of the package
or another last year below. The library itself never imports the package: it reads the dated file.
"""

from datetime import date
from importlib.metadata import version
from pathlib import Path

import holidays

FIRST_YEAR, LAST_YEAR = 2018, 2040
DATED_FILE = Path(__file__).parents[2] / "rules" / "bank_holidays_england.toml"

_NAMES = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Boxing Day (observed)": "Boxing Day (substitute day)",
    "Christmas Day (observed)": "Christmas Day (substitute day)",
    "New Year's Day (observed)": "New Year's Day (substitute day)",
    "Platinum Jubilee of Elizabeth II": "Platinum Jubilee bank holiday",
    "State Funeral of Queen Elizabeth II": "Bank holiday for the State Funeral of Queen Elizabeth II",
    "Coronation of Charles III": "Bank holiday for the coronation of King Charles III",
}
_MOVED = {
    date(2020, 5, 8): "Early May bank holiday (moved for VE Day)",
    date(2022, 6, 2): "Spring bank holiday (moved for the Platinum Jubilee)",
}

_HEADER = f"""\
# Bank holidays of England, {FIRST_YEAR} to {LAST_YEAR}, as dated facts: those on Monday to Friday, substitute days and
# one-off days included. A date outside these years is an error, never a guess.
# Source: the holidays package {{version}} (GB, ENG). Renewed by `python -m tests.rules.bank_holidays`;
# tests/rules/test_bank_holidays.py compares every day. The law behind it: Banking and Financial Dealings Act 1971.
# A day proclaimed since then does not wait for a release: name it in the edition's calendar.toml.

first_year = {FIRST_YEAR}
last_year = {LAST_YEAR}

[days]
"""


def bank_holidays_on_weekdays() -> dict[date, str]:
    """Every bank holiday of England on a Monday to Friday, with its name."""
    known = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return {on: _MOVED.get(on) or _NAMES.get(known[on], known[on]) for on in sorted(known) if on.weekday() < 5}


def dated_file() -> str:
    """What the dated file should hold."""
    lines = [f'{on} = "{name}"' for on, name in bank_holidays_on_weekdays().items()]
    return _HEADER.format(version=version("holidays")) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    DATED_FILE.write_text(dated_file(), encoding="utf-8")
    print(f"{DATED_FILE.name}: {len(bank_holidays_on_weekdays())} bank holidays, {FIRST_YEAR} to {LAST_YEAR}")
