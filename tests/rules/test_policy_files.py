"""The framework is data: every value has a clause and a source, and a file that can't be used says why."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from rules.errors import PolicyError
from rules.lengths import CalendarMonths, WorkingDays
from rules.policy.draw_shapes import MonthDay, SampleSize
from rules.policy.load import FRAMEWORKS, editions, load_edition
from rules.policy.register import as_markdown, entries_about
from rules.policy.shape import Policy
from rules.policy.sources import Source

NORTHMOOR = Path(__file__).parents[1] / "editions" / "northmoor_2026"


@pytest.fixture
def policy() -> Policy:
    return load_edition()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The edition in a folder of its own, to be spoilt."""
    return Path(shutil.copytree(FRAMEWORKS / "waltham_forest_2023", tmp_path / "edition"))


def test_values_arrive_as_typed_objects_in_the_documents_own_words(policy: Policy) -> None:
    assert policy.programme.cycle_months == (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)
    assert policy.selection.least_months_between_audits == CalendarMonths(2)
    assert policy.programme.report_due_before_close == WorkingDays(1)
    assert policy.programme.next_programme_warned_from == MonthDay(11, 1)
    assert policy.selection.sample_size == SampleSize("who_is_due", number=1)
    assert policy.eligibility.auditors_of_services["mash"].roles == ("manager", "senior_manager")


@pytest.mark.parametrize("edition", ["waltham_forest_2023", NORTHMOOR], ids=["waltham_forest", "northmoor"])
def test_every_value_has_a_rule_a_clause_and_a_source(edition: str | Path) -> None:
    loaded = load_edition(edition)
    paths = {entry.path for entry in loaded.entries}
    for section in ("programme", "calendar", "selection", "eligibility", "gradings", "notices", "caseload"):
        for field in dataclasses.fields(getattr(loaded, section)):
            assert f"{section}.{field.name}" in paths
    for entry in loaded.entries:
        assert entry.rule in loaded.clauses
        assert entry.clause
        assert (entry.source is Source.LOCAL_DECISION) == bool(entry.reading)


def test_a_reason_finds_the_clause_of_its_rule_in_the_edition(policy: Policy) -> None:
    assert policy.reason("S3", "Audited last month.").clause == "2"
    assert load_edition(NORTHMOOR).reason("S3", "Audited last month.").clause == "5.3"
    assert policy.reason("Z9", "A rule that no edition has.").clause == "—"


def test_the_register_finds_a_length_only_where_it_stands_as_words(policy: Policy) -> None:
    found = {entry.path for entry in entries_about(policy, "1 working day")}

    assert "programme.report_due_before_close" in found
    assert "selection.away_for_more_than" not in found


def test_the_register_page_lists_every_value(policy: Policy) -> None:
    page = as_markdown(policy)

    assert all(f"`{entry.path}`" in page for entry in policy.entries)


def test_the_register_page_in_docs_is_fresh(policy: Policy) -> None:
    kept = Path(__file__).parents[2] / "docs" / "policy-register.md"

    assert kept.read_text(encoding="utf-8") == as_markdown(policy)


def test_the_edition_of_the_council_is_listed() -> None:
    assert "waltham_forest_2023" in editions()


SPOILT = [
    ("a missing file", "selection", None, None, ["selection.toml", "missing"]),
    ("broken TOML", "selection", "[least", "least", ["selection.toml", "not valid TOML"]),
    ("a key misspelt", "selection", "[period_covered]", "[period_coverd]", ["selection.toml", "'period_coverd'"]),
    ("a value without clause", "caseload", 'clause = "—"\n', "", ["[oldest_extract_at_opening]", "'clause'"]),
    ("a grade without a limit", "findings_discussions", ', inadequate = "', ', dire = "', ["within_of_audits", "inad"]),
    ("a grade kept that isn't one", "findings_discussions", "{ requires_imp", "{ imp", ["within_when_kept", "'imp"]),
    ("a source nobody knows", "gradings", 'source = "text"', 'source = "rumour"', ["'rumour'", "'local_decision'"]),
    ("a rule nobody knows", "caseload", 'rule = "C1"', 'rule = "C99"', ["'C99'", "clauses.toml"]),
    ("a decision without its reading", "caseload", "reading =", "# reading =", ["reading", "local_decision"]),
    ("a length in weeks", "selection", '"10 working days"', '"2 weeks"', ["[away_for_more_than.value]", "2 weeks"]),
    ("months where working days belong", "selection", '"10 working days"', '"1 month"', ["5 working days"]),
    ("a number as text", "programme", "value = 7", 'value = "7"', ["[ordinary_cycles.value]", "whole number"]),
    ("no such day", "programme", '"1 November"', '"31 November"', ["[next_programme_warned_from.value]"]),
    ("a choice that isn't one", "programme", 'value = "defer"', 'value = "skip"', ["'skip'", "'inadequate_only'"]),
    ("cycles that don't add up", "programme", "value = 7", "value = 8", ["ordinary_cycles (8)", "10 cycle_months"]),
    ("a moderation month without a cycle", "programme", "[3, 6, 9]", "[3, 6, 8]", ["moderation_months", "8"]),
    ("months out of order", "programme", "[1, 2, 3,", "[2, 1, 3,", ["cycle_months", "in order"]),
    ("no cycle at all", "programme", "[1, 2, 3, 4, 5, 6, 7, 9, 10, 11]", "[]", ["cycle_months", "at least one month"]),
    ("cycles that overlap", "programme", 'value = "1 month"', 'value = "2 months"', ["cycle_length (2 months)"]),
    ("cycles of no length", "programme", 'value = "1 month"', 'value = "0 months"', ["cycle_length (0 months)"]),
    ("a closure day in 1926", "calendar", "[]", '[{ on = 1926-05-03, name = "Strike" }]', ["1926-05-03"]),
    ("a cycle that opens on day 0", "programme", "value = 1\n", "value = 0\n", ["opens_on_working_day (0)"]),
    ("a re-audit grade that isn't one", "gradings", '["requires_improvement",', '["poor",', ["'poor'"]),
    ("a state that isn't one", "gradings", '"allocated", audit', '"drafted", audit', ["seen_from", "'drafted'"]),
    ("a reader whom nobody knows", "gradings", "others =", "strangers =", ["seen_from", "others"]),
    ("a part that nobody writes", "gradings", "earlier_feedback =", "gossip =", ["seen_from", "earlier_feedback"]),
    ("a plan agreed by nobody", "gradings", '["team_manager", "pr', '["manager", "pr', ["agreed_by", "'manager'"]),
    ("least above target", "selection", '"2 months"', '"4 months"', ["least_months_between_audits (4 months)"]),
    ("a sample size of no kind", "selection", '"who_is_due"', '"many"', ["'many'", "percentage"]),
    ("a sample size that lacks a figure", "selection", '"who_is_due", number', '"statistical", number', ["margin"]),
    ("a role of auditors nobody has", "eligibility", '["senior_manager"]', '["boss"]', ["'boss'", "senior_manager"]),
    ("posts in a circle", "notices", 'director = "divisional_director"', 'director = "team_manager"', ["circle"]),
    ("a fall of a kind of file that there is not", "caseload", "teams = 30", "cases = 30", ["largest_fall", "teams"]),
    ("a fall by more than all", "caseload", "teams = 30", "teams = 130", ["largest_fall", "0 to 100"]),
    ("a reason that isn't one", "eligibility", '["interest"]', '["boredom"]', ["not_given_back_after", "'boredom'"]),
    ("a withdrawal for nothing", "selection", '["record_restricted"]', '["dull"]', ["only_while_nobody", "'dull'"]),
    ("a third way with restricted records", "selection", '"excluded"', '"included"', ["excluded", "cleared_auditors"]),
    ("a reason without words", "selection", '"the case has closed"', '" "', ["withdrawal_reasons", "text"]),
    ("a role nobody knows", "recipients", '"practitioner", "aud', '"friend", "aud', ["'friend'"]),
    ("a role that stands in for nobody known", "notices", '["audit_team"]', '["friend"]', ["'friend'", "vacant"]),
    ("managers of nobody", "recipients", 'over = "auditor"', 'over = "cat"', ["recipients.allocation", "'cat'"]),
    ("a grade that nobody gives", "recipients", '["inadequate"]', '["dire"]', ["recipients.audit_issued", "'dire'"]),
    ("a meeting of no length", "notices", "value = 60", "value = 0", ["meeting_minutes (0)"]),
    ("a row for nobody", "recipients", 'roles = ["head_of_service"], g', "roles = [], g", ["without roles"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_a_policy_file_that_cannot_be_used_is_refused_by_name(
    copy: Path, file: str, old: str | None, new: str | None, said: list[str]
) -> None:
    spoil(copy / f"{file}.toml", old, new)

    with pytest.raises(PolicyError) as refused:
        load_edition(copy)

    for words in said:
        assert words in str(refused.value)


def spoil(file: Path, old: str | None, new: str | None) -> None:
    if old is None or new is None:
        file.unlink()
        return
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_bare_value_is_refused_because_nobody_could_say_where_it_comes_from(copy: Path) -> None:
    file = copy / "caseload.toml"
    entries = file.read_text(encoding="utf-8").partition("[largest_fall]")
    bare = 'oldest_extract_at_opening = "5 working days"'
    file.write_text("\n".join([bare, *entries[1:]]), encoding="utf-8")

    with pytest.raises(PolicyError, match=r"caseload.toml: \[oldest_extract_at_opening\] is a bare value"):
        load_edition(copy)


def test_an_edition_in_another_encoding_is_refused(copy: Path) -> None:
    (copy / "caseload.toml").write_bytes("# café".encode("utf-16"))

    with pytest.raises(PolicyError, match="UTF-8"):
        load_edition(copy)


def test_an_edition_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(PolicyError, match="waltham_forest_2023"):
        load_edition("atlantis_1900")


def test_the_spoilt_copies_start_from_one_that_loads(copy: Path) -> None:
    assert load_edition(copy).edition.id == "waltham_forest_2023"
