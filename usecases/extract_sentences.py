"""What is said of the rows of an extract: why one was not loaded, why one was passed over, what else was noticed.

In a sentence {column} is the extract's column, {value} what stands there, {detail} what it was compared with. Values
that may be somebody's name are not shown (C3).
"""

from usecases.extract_ports import RowFault

FAULTS = {
    # read from the row alone
    "too_few_cells": "The row is shorter than the header ({detail}): a line break inside a cell, or the file was cut "
    "off. Export the file again.",
    "too_many_cells": "The row is longer than the header ({detail}): a separator in a cell without quotation "
    "marks. Export the file with quoted cells.",
    "missing": "{column} is empty, and the row means nothing without it: fill it in the case system.",
    "no_reference": "{column} ({value}) is no id: letters, digits and . _ : / - up to 64 characters, no spaces. "
    "Export the id itself, as text.",
    "no_worker": "{column} -1 stands for no worker, so there is nobody to know: leave the row out.",
    "no_flag": "{column} ({value}) is neither yes nor no: write Y or N, or leave it blank for no.",
    "no_date": "{column} ({value}) is no date as this file writes them: export it as dd/mm/yyyy, dd-Mon-yyyy or "
    "yyyy-mm-dd, or state date_form=excel if these are a spreadsheet's numbers.",
    "other_date_form": "{column} ({value}) is written in another form than the one stated for this file: export all "
    "dates in one form, or state the other.",
    "ragged_quotes": "A quotation mark stands where none may be ({detail}): double it within the quoted cell, or leave "
    "it out. Export the file again.",
    "unknown_role": "{column} ({value}) is no role that the mapping knows: add it there as practitioner, co_worker or "
    "left_out.",
    "empty_date": "{column} ({value}) is what a database makes of an empty text. If the extract means no date by it, "
    "say so in the mapping (dates.no_date).",
    "impossible_date": "{column} ({value}) is a day that does not exist or is long past: correct it in the case "
    "system.",
    "ends_before_it_begins": "{column} ({value}) is before start_date: correct one of the two in the case system.",
    # found by comparing with what is known, and with the other rows
    "begins_after_extract": "{column} ({value}) is after the day of the extract: correct it in the case system, or "
    "state the right extracted_on.",
    "unknown_worker": "{column} {value} is nobody known here: import workers.csv first, or add the person.",
    "leaver": "{column} {value} left on {detail} but still holds the case: allocate it to somebody else in the case "
    "system, or correct the leaving date.",
    "unknown_team": "{column} {value} is no team known here: import teams.csv first, or add the team.",
    "closed_team": "{column} {value} is a team that has closed: give the row its present team in the case system, or "
    "reopen the team.",
    "other_team": "The worker of this row belongs to team {detail}, not to {value}; a practitioner is in one team at a "
    "time. Correct the team of the row, or move the worker: import workers.csv first.",
    "two_teams": "The worker stands in several teams ({detail}); a practitioner is in one team at a time. Mark one job "
    "as primary in workers.csv, or correct the rows.",
    "contradictory_rows": "Lines {detail} are about the same thing and contradict each other, so none of them is "
    "loaded: leave only the right one.",
    "two_workers": "The case is open with several workers ({detail}), so nobody can say whose practice an audit would "
    "look at. End the others' involvement in the case system, or leave co-workers out of the extract.",
    "unknown_service": "{column} {value} is no service known here (known: {detail}): correct it, or add the service.",
    "no_service": "The team is new and the row names no service (known: {detail}): fill {column}, or leave out what is "
    "no team, such as a provider.",
}

PASSED_OVER = {
    "blank": "Blank lines.",
    "footer": "Lines below the list or between its rows that are no rows: totals, counts of rows, rulers.",
    "repeated_header": "The header line once more.",
    "left_out": "Rows that the mapping leaves out by what stands in a column: test records, providers, other roles.",
    "co_worker": "Rows of co-workers: they tell since when the case is open; another worker's practice is looked at.",
    "team_only": "Rows without a worker: they tell since when the case is open, and allocate it to nobody.",
    "ended": "Ended by the day of the extract; where the involvement is known here, its end is kept.",
    "zero_length": "Began and ended on the same day, as when somebody corrects a mistake.",
    "duplicate": "The same as an earlier row.",
    "held_already": "The worker holds the case by an earlier row, whose start counts.",
    "other_job": "A second job of somebody whose primary job is in another row.",
}

NOTES = {
    "renamed_case": "Rows under a merged or renumbered case reference: loaded under the present one (S10).",
    "renamed_worker": "Rows under a merged or renumbered worker's id: loaded under the present one (S10).",
    "merged_team": "Rows that name a team that was merged into another one: loaded under that team (P4).",
    "stale_team": "Rows that name another team than the worker's own: the worker's own counts, as the mapping says.",
    "attribute_not_known": "Rows with an attribute's value that the mapping does not list: loaded without it.",
    "no_email": "Loaded without an e-mail address that could be used: they cannot be told of an audit (A5).",
    "no_name": "Loaded without a name: they are listed by address or id.",
    "no_team": "Loaded without a team: they cannot be drawn.",
    "shared_email": "Share their e-mail address with somebody else: one person with two ids, or a mailbox of several.",
    "unknown_manager": "The manager's address is nobody's here: import the extract again once they are known.",
    "unknown_head_of_service": "The head of service's address is nobody's here: import the extract again once they are "
    "known.",
}


def sentence_of(fault: RowFault) -> str:
    """The sentence of a fault that a row has by itself."""
    told = FAULTS[fault.code].replace("{column}", fault.column or "row").replace("{detail}", fault.detail or "")
    return told.replace("{value}", fault.value or "not shown")
