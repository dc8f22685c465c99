"""A council's own mapping: what it says otherwise holds, and what cannot be meant is refused by name."""

import io
from pathlib import Path

import pytest

from integrations.case_system.csv_extracts import CsvExtract, reader_with
from integrations.case_system.extract_mappings import default_mapping, load_mapping
from rules.errors import InvalidFacts, PolicyError
from samples.dirty_extract import MAPPING
from usecases.extract_ports import BrokenExtract, DateForm, ExtractKind, StaleTeam

pytestmark = pytest.mark.proves("C1")

HEADER = "person_id,worker_id,role_code,team_id,start_date,end_date,restricted,group,person\r\n"
ROW = "C1,W1,ALLWKR,CART,2026-04-13,,N,OP,Somebody\r\n"

REFUSED: list[tuple[str, str, list[str]]] = [
    ("no TOML", "[file", ["our.toml", "not valid TOML"]),
    ("a key that there is not", '[file]\nseparator = ";"', ["[file]", "'separator'", "delimiter"]),
    ("a part that there is not", "[cases]\nx = 1", ["'cases'", "involvements"]),
    ("an encoding nobody knows", '[file]\nencoding = "ebcdic"', ["[file.encoding]", "'ebcdic'", "windows-1252"]),
    ("a delimiter by its sign", '[file]\ndelimiter = ";"', ["[file.delimiter]", "semicolon"]),
    ("a date form nobody knows", '[workers]\ndate_form = "us"', ["[workers.date_form]", "'us'", "named_month"]),
    ("a column that there is not", '[teams.columns]\nmanager = ["M"]', ["[teams.columns]", "'manager'", "team_id"]),
    ("a column with no header", "[teams.columns]\nname = []", ["[teams.columns.name]", "at least one header"]),
    ("a header that is no list", '[teams.columns]\nname = "Org"', ["[teams.columns.name]", "should be a list"]),
    ("a pattern that is none", '[workers]\nleft_out = { name = "(" }', ["[workers.left_out.name]", "regular expr"]),
    ("a code with two meanings", '[role_codes]\nco_worker = ["*"]', ["[role_codes]", "* more than once"]),
    ("no code of practitioners", "[role_codes]\npractitioner = []", ["[role_codes.practitioner]", "at least one"]),
    ("a stale team's other side", '[choices]\nstale_team = "row"', ["[choices.stale_team]", "'row'", "workers_team"]),
    (
        "an attribute's code that is none",
        '[involvements.attributes.group]\ncolumn = "g"\nvalues = { "Older" = "Older People" }',
        ["[involvements.attributes.group]", "'Older People'", "short code"],
    ),
    ("a width of no id", "[ids]\nwidths = { name = 4 }", ["[ids.widths]", "name = 4", "person_id"]),
    ("a header nowhere", "[file]\nheader_within_lines = 0", ["[file.header_within_lines]", "1 or more"]),
    ("a year as text", '[dates]\nno_end_from_year = "2300"', ["[dates.no_end_from_year]", "whole number"]),
]


def mapping_file(folder: Path, text: str) -> Path:
    file = folder / "our.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("text", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_mapping_that_cannot_be_used_is_refused_with_key_and_what_is_allowed(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    with pytest.raises(PolicyError) as refused:
        load_mapping(mapping_file(tmp_path, text))
    assert [word for word in words if word not in str(refused.value)] == []


def test_mapping_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"nowhere\.toml cannot be read"):
        reader_with(tmp_path / "nowhere.toml")


def test_mapping_says_only_what_is_otherwise(tmp_path: Path) -> None:
    ours = load_mapping(mapping_file(tmp_path, 'name = "ours"\n[choices]\nstale_team = "workers_team"'))
    default = default_mapping()
    assert (ours.name, ours.choices.stale_team) == ("ours", StaleTeam.WORKERS_TEAM)
    assert (ours.file, ours.involvements, ours.role_codes) == (default.file, default.involvements, default.role_codes)
    assert ours.sha256 != default.sha256
    assert load_mapping(None) == default


def extract(
    folder: Path, text: str, content: str, kind: ExtractKind = ExtractKind.INVOLVEMENTS, form: DateForm | None = None
) -> CsvExtract:
    found = reader_with(mapping_file(folder, text))(kind, io.BytesIO(content.encode()), form)
    assert isinstance(found, CsvExtract)
    return found


def rows(
    folder: Path, text: str, content: str, kind: ExtractKind = ExtractKind.INVOLVEMENTS
) -> list[tuple[object, ...]]:
    return [row for batch in extract(folder, text, content, kind).batches() for row in batch.rows]


def faults(folder: Path, text: str, content: str) -> list[tuple[str | None, str]]:
    batches = list(extract(folder, text, content).batches())
    return [(fault.column, fault.code) for batch in batches for fault in batch.faults]


def test_columns_have_the_names_of_the_council(tmp_path: Path) -> None:
    text = '[teams.columns]\nteam_id = ["Org ID", "Organisation"]\nname = ["Description"]'
    (row,) = rows(tmp_path, text, "Description,Organisation\r\nCommunity Team,CART\r\n", ExtractKind.TEAMS)
    assert row[1:3] == ("CART", "Community Team")


def test_encoding_and_delimiter_that_are_stated_are_not_guessed(tmp_path: Path) -> None:
    """Good UTF-8 read as Windows-1252, because the council says so; and no other separator than the one stated."""
    text = '[file]\nencoding = "windows-1252"\ndelimiter = "semicolon"'
    (row,) = rows(tmp_path, text, "team_id;name\r\nCART;Zoë\r\n", ExtractKind.TEAMS)
    assert row[2] == "ZoÃ«"
    with pytest.raises(BrokenExtract, match="lacks team_id"):
        extract(tmp_path, text, "team_id,name\r\nCART,Team\r\n", ExtractKind.TEAMS)
    with pytest.raises(BrokenExtract, match="not utf-8 text throughout"):
        reader_with(mapping_file(tmp_path, '[file]\nencoding = "utf-8"'))(
            ExtractKind.TEAMS, io.BytesIO(b"team_id,name\r\nCART,Zo\xeb\r\n"), None
        )


def test_sender_cannot_contradict_the_date_form_of_the_mapping(tmp_path: Path) -> None:
    text = '[involvements]\ndate_form = "iso"'
    assert len(rows(tmp_path, text, HEADER + ROW)) == 1
    with pytest.raises(InvalidFacts, match="are written as iso, not as uk"):
        extract(tmp_path, text, HEADER + ROW, form=DateForm.UK)


def test_role_codes_say_who_the_practitioner_is(tmp_path: Path) -> None:
    text = '[role_codes]\npractitioner = ["KEY", "allwkr"]\nco_worker = ["CO"]\nleft_out = ["REVOFF"]'
    content = HEADER + "".join(ROW.replace("ALLWKR", code) for code in ("key", "ALLWKR ", "CO", "REVOFF"))
    assert [row[8] for row in rows(tmp_path, text, content)] == [0, 1, 1000]
    assert faults(tmp_path, text, HEADER + ROW.replace("ALLWKR", "OTHER")) == [("role_code", "unknown_role")]


def test_test_records_are_left_out_by_a_column_that_is_not_kept(tmp_path: Path) -> None:
    text = '[involvements.left_out]\nperson = "duplicate|^zz"'
    content = HEADER + ROW + ROW.replace("Somebody", "DUPLICATE of C1") + ROW.replace("Somebody", "Zz Test")
    (batch,) = extract(tmp_path, text, content).batches()
    assert (len(batch.rows), batch.left_out) == (1, [(3, "left_out"), (4, "left_out")])
    assert "Somebody" not in str(batch.rows)
    with pytest.raises(BrokenExtract, match="looks at the column person, which the file lacks"):
        extract(tmp_path, text, HEADER.replace(",person\r", "\r") + ROW.replace(",Somebody", ""))


def test_providers_are_no_teams_when_the_mapping_says_which_organisations_count(tmp_path: Path) -> None:
    text = '[teams]\nonly = { sector = ["Internal", "NHS"] }'
    content = "team_id,name,Sector\r\nCART,CART,internal\r\nP1,Sunny Lodge,External\r\nOMHT,OMHT,NHS\r\n"
    assert [row[1] for row in rows(tmp_path, text, content, ExtractKind.TEAMS)] == ["CART", "OMHT"]


def test_words_of_the_case_system_are_turned_into_ours(tmp_path: Path) -> None:
    text = '[words]\nteams = { "OLD" = "CART" }\nservices = { "Front Door" = "home_first" }'
    content = "team_id,name,service\r\nOLD,CART,front door\r\nHART,HART,review\r\n"
    assert [(row[1], row[3]) for row in rows(tmp_path, text, content, ExtractKind.TEAMS)] == [
        ("CART", "home_first"),
        ("HART", "review"),
    ]
    (row,) = rows(tmp_path, text, HEADER + ROW.replace("CART", "OLD"))
    assert row[3] == "CART"


def test_ids_get_their_zeros_back(tmp_path: Path) -> None:
    text = "[ids]\nno_worker = ['0', 'NONE']\nwidths = { person_id = 6, worker_id = 4 }"
    content = HEADER + "".join(
        ROW.replace("C1", case).replace("W1", worker)
        for case, worker in [("123", "77"), ("A12", "0"), ("12.0", "NONE")]
    )
    assert [row[1:3] for row in rows(tmp_path, text, content)] == [("000123", "0077"), ("A12", None), ("000012", None)]


def test_attributes_are_kept_as_short_codes_and_nothing_else_of_their_columns(tmp_path: Path) -> None:
    coded = '[involvements.attributes.service_user_group]\ncolumn = "group"\nvalues = { "Older People" = "op" }'
    content = HEADER + "".join(ROW.replace("OP", value) for value in ("older people ", "Something else", ""))
    assert [row[9] for row in rows(tmp_path, coded, content)] == [
        '{"service_user_group": "op"}',
        '{"service_user_group": null}',
        "{}",
    ]
    free = '[involvements.attributes.group]\ncolumn = "group"\nvalues = {}'
    content = HEADER + ROW + ROW.replace("OP", "Mr A. Person of Somewhere and aged 77 years or more")
    assert [row[9] for row in rows(tmp_path, free, content)] == ['{"group": "op"}', '{"group": null}']


def test_words_for_restriction_are_the_council_s(tmp_path: Path) -> None:
    text = "[restricted]\nyes = ['R']\nno = ['U']"
    assert [row[7] for row in rows(tmp_path, text, HEADER + ROW.replace(",N,", ",r,"))] == [True]
    assert faults(tmp_path, text, HEADER + ROW.replace(",N,", ",Y,")) == [("restricted", "no_flag")]


def test_mapping_of_the_dirty_extract_is_a_good_one() -> None:
    assert load_mapping(MAPPING).name == "dirty"
