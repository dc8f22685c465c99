"""Editions whose ladders have a rung more, or a rung less, and other lengths: the same framework with other data.

Nothing is changed but text in a copy of the policy's own files.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rules.policy.load import FRAMEWORKS, load_edition
from rules.policy.shape import Policy

_DM = """[[dispute.value.rungs]]
id = "DM"
stage = "mediation"
duty = "mediate"
owed_by = ["head_of_service"]
within = "4 working days"
exits = [
    { event = "mediated", to = "D2", by = ["head_of_service"], needs_summary = true },
    { event = "resolved", to = "resolved", by = ["head_of_service"], needs_summary = true },
]
rule = "D1"
clause = "x"
source = "text"
"""
_WX = """[[safety_alert.value.rungs]]
id = "WX"
stage = "a second look"
duty = "look at it"
owed_by = ["principal_social_worker"]
within = "1 working day"
moves_up_to = "W2"
exits = [
    { event = "resolved", to = "resolved", by = ["audit_manager"], records = ["case_note"], needs_summary = true },
]
rule = "W2"
clause = "x"
source = "text"
"""
_R3 = """[[re_audit.value.rungs]]
id = "R3"
stage = "second re-audit"
duty = "allocate a third re-audit"
owed_by = ["audit_team"]
sequence = 2
exits = [
    { event = "re_audit_issued_below_good", to = "R4", by = ["auditor"] },
    { event = "re_audit_issued_good", to = "resolved", by = ["auditor"] },
]
rule = "R2"
clause = "x"
source = "text"
"""
_Q2 = """[[quality_of_reports.value.rungs]]
id = "Q2"
stage = "asked again"
duty = "amend the report at last"
owed_by = ["auditor"]
within = "2 working days"
moves_up_to = "Q3"
exits = [{ event = "report_amended", to = "resolved", by = ["auditor"] }]
rule = "Q1"
clause = "x"
source = "text"
"""


def a_rung_more(folder: Path) -> Policy:
    """DM between D1 and D2, WX between W1 and W2, R3 before R4, which has a clock now, and Q2 between Q1 and Q3."""
    files = _Files.copied(folder)
    files.in_rung("D1", '"meeting_held", to = "D2"', '"meeting_held", to = "DM"')
    files.in_rung("D1", 'within = "5 working days"', 'within = "3 working days"')
    files.in_rung("W1", 'moves_up_to = "W2"', 'moves_up_to = "WX"')
    files.in_rung("W1", 'within = "1 working day"', 'within = "2 working days"')
    files.in_rung("R2", 'to = "R4"', 'to = "R3"')
    files.in_rung("R4", "sequence = 2", 'sequence = 3\nwithin = "4 working days"')
    files.in_rung("Q1", 'moves_up_to = "Q3"', 'moves_up_to = "Q2"')
    files.change("time_limits", 'value = "3 working days"', 'value = "4 working days"', after="[amendment_within]")
    for before, rung in (("D2", _DM), ("W2", _WX), ("R4", _R3), ("Q3", _Q2)):
        files.put_before(before, rung)
    files.change("recipients", 'stages = ["D1", "D2"', 'stages = ["D1", "DM", "D2"')
    files.change("recipients", 'stages = ["D4", "D5", "D6"]', 'stages = ["DM", "D4", "D5", "D6"]')
    files.change("recipients", 'stages = ["W1", "W2"', 'stages = ["W1", "WX", "W2"')
    told = '{ rule = "W1", roles = ["principal_social_worker"], stages = ["WX"] },\n    '
    files.change(
        "recipients", '{ rule = "W1", roles = ["head_of_service"]', f'{told}{{ rule = "W1", roles = ["head_of_service"]'
    )
    return files.loaded()


def a_rung_less(folder: Path) -> Policy:
    """Without D2, W2 and R2, and no returned report is ever not accepted; what stays has other lengths."""
    files = _Files.copied(folder)
    files.in_rung("D1", '"meeting_held", to = "D2"', '"meeting_held", to = "D3"')
    files.in_rung("D1", 'tells_when_overdue = "D2"', 'tells_when_overdue = "D3"')
    files.in_rung("D3", 'within = "5 working days"', 'within = "1 working day"')
    files.in_rung("W1", 'moves_up_to = "W2"', 'moves_up_to = "W3"')
    files.in_rung("W1", 'to = "W2"', 'to = "W3"')
    files.in_rung("S7", 'to = "R2"', 'to = "R4"')
    files.in_rung("R4", "sequence = 2", 'sequence = 1\nwithin = "2 working days"')
    files.in_rung("Q1", 'moves_up_to = "Q3"\n', "")
    for rung in ("D2", "W2", "R2", "Q3"):
        files.take_out(rung)
    return files.loaded()


def other_words(folder: Path) -> Policy:
    """The same rungs, with other names for what may happen to a dispute and to an alert."""
    files = _Files.copied(folder)
    files.in_rung("D1", '"meeting_held"', '"sat_together"')
    files.in_rung("D1", '"referred"', '"passed_up"')
    files.in_rung("D2", '"unresolved"', '"still_apart"')
    files.in_rung("D2", '"referred"', '"passed_up"')
    files.in_rung("D3", '"course_agreed"', '"way_chosen"')
    files.in_rung("D4", '"resolved", to = "resolved"', '"settled", to = "resolved"')
    files.in_rung("W1", '"unresolved"', '"still_unsafe"')
    files.in_rung("W2", '"resolved", to = "resolved"', '"made_safe", to = "resolved"')
    return files.loaded()


@dataclass
class _Files:
    folder: Path

    @classmethod
    def copied(cls, folder: Path) -> "_Files":
        return cls(Path(shutil.copytree(FRAMEWORKS / "waltham_forest_2023", folder)))

    def change(self, name: str, old: str, new: str, *, after: str = "") -> None:
        file = self.folder / f"{name}.toml"
        text = file.read_text(encoding="utf-8")
        head, found, rest = text.partition(after) if after else ("", "", text)
        assert old in rest, f"{old} does not stand in {name}.toml"
        file.write_text(f"{head}{found}{rest.replace(old, new, 1)}", encoding="utf-8")

    def in_rung(self, rung: str, old: str, new: str) -> None:
        self.change("ladders", old, new, after=f'id = "{rung}"')

    def put_before(self, rung: str, block: str) -> None:
        self._write(lambda text, begins, _: f"{text[:begins]}{block}\n{text[begins:]}", rung)

    def take_out(self, rung: str) -> None:
        self._write(lambda text, begins, ends: text[:begins] + text[ends:], rung)

    def _write(self, edit: Callable[[str, int, int], str], rung: str) -> None:
        file = self.folder / "ladders.toml"
        text = file.read_text(encoding="utf-8")
        named = text.index(f'id = "{rung}"')
        begins = text.rindex("[[", 0, named)
        more = re.compile(r"^\[(?!.*\.rungs\.)", re.MULTILINE).search(text, named)
        file.write_text(edit(text, begins, more.start() if more else len(text)), encoding="utf-8")

    def loaded(self) -> Policy:
        return load_edition(self.folder)
