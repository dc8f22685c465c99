"""The draw once more, written straight from the published words: slow, simple, and sharing no line with rules/.

It takes the request as it stands in JSON and answers all that is not a sentence. Auditors are found by trying
everything, so frames have to be small. The numbers are those of the edition waltham_forest_2023.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Audit = tuple[str, str, bool, str]  # practitioner, team, is a re-audit, case
OPENING_DAYS = {"2026-06": date(2026, 6, 1), "2026-10": date(2026, 10, 1), "2027-05": date(2027, 5, 4)}
MODERATION = {"03", "06", "09"}


def ticket(request: Row, kind: str, identifier: str) -> str:
    return hashlib.sha256((request["seed"] + "\n" + kind + "\n" + identifier).encode("utf-8")).hexdigest()


def month_number(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7])


def months_ago(request: Row, on: str) -> int:
    return month_number(request["cycle"]) - month_number(on)


def plus_months(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    day = on.day
    while True:
        try:
            return date(year, month + 1, day)
        except ValueError:
            day -= 1


def held_over_and_due(request: Row) -> tuple[set[str], list[Row]]:
    """The ids of re-audits held over, and those due now in the order of their admission."""
    opening = OPENING_DAYS[request["cycle"]]
    now = [
        row
        for row in request["re_audits"]
        if date.fromisoformat(row["due_on"]) <= opening and request["cycle"][-2:] not in MODERATION
    ]
    now.sort(key=lambda row: (row["due_on"], row["grade"] != "inadequate", ticket(request, "re_audit", row["id"])))
    seen: set[str] = set()
    due = []
    for row in now:
        if row["practitioner_id"] not in seen:
            due.append(row)
        seen.add(row["practitioner_id"])
    due.sort(key=lambda row: (row["grade"] != "inadequate", row["due_on"], ticket(request, "re_audit", row["id"])))
    due_ids = {row["id"] for row in due}
    return {row["id"] for row in request["re_audits"]} - due_ids, due


def may(request: Row, auditor: Row, audit: Audit) -> bool:
    practitioner_id, team_id, is_re_audit, case_id = audit
    service_id = next(team["service_id"] for team in request["teams"] if team["id"] == team_id)
    if is_re_audit:
        services = {"home_first", "care_and_support", "quality_assurance"}
        allowed = auditor["service_id"] in services and "senior_manager" in auditor["roles"]
    elif service_id == "mash":
        managers = {"manager", "senior_manager"} & set(auditor["roles"])
        allowed = auditor["service_id"] == "quality_assurance" and bool(managers)
    else:
        allowed = True
    independent = (
        team_id not in auditor["team_ids"]
        and practitioner_id not in auditor["line_manages"]
        and auditor["practitioner_id"] != practitioner_id
    )
    is_restricted = any(case["id"] == case_id and case.get("is_restricted") for case in request["cases"])
    return allowed and independent and (not is_restricted or auditor.get("is_cleared_for_restricted", False))


def why_nobody(request: Row, audit: Audit) -> str:
    unrestricted = (*audit[:3], "no case")
    free = [{**auditor, "team_ids": [], "line_manages": [], "practitioner_id": None} for auditor in request["auditors"]]
    if not any(may(request, auditor, unrestricted) for auditor in free):
        return "A1"
    independent = [auditor for auditor in request["auditors"] if may(request, auditor, unrestricted)]
    if not independent:
        return "A2"
    return "A3" if all(may(request, auditor, audit) for auditor in independent) else "S10"


def assignments(request: Row, audits: list[Audit]) -> Iterator[list[str]]:
    """Every way to give these audits (practitioner, team, is a re-audit, case) to auditors."""

    def go_on(done: list[str]) -> Iterator[list[str]]:
        if len(done) == len(audits):
            yield done
            return
        for auditor in request["auditors"]:
            if done.count(auditor["id"]) < auditor["capacity"] and may(request, auditor, audits[len(done)]):
                yield from go_on([*done, auditor["id"]])

    return go_on([])


def objective(request: Row, audits: list[Audit], first: list[str | None], given: Iterable[str]) -> tuple[int, int, int]:
    given = list(given)
    load = sum(given.count(auditor["id"]) ** 2 for auditor in request["auditors"])
    by_first = sum(1 for auditor_id, first_id in zip(given, first, strict=True) if auditor_id == first_id)
    met = {
        (row["auditor_id"], row["practitioner_id"])
        for row in request["pairings"]
        if months_ago(request, row["on"]) < 12
    }
    repeats = sum(1 for auditor_id, audit in zip(given, audits, strict=True) if (auditor_id, audit[0]) in met)
    return load, by_first, repeats


def exclusion(request: Row, case: Row, due: list[Row]) -> str | None:
    practitioner = next(row for row in request["practitioners"] if row["id"] == case["practitioner_id"])
    if any(row["case_id"] == case["id"] for row in request["set_aside"]):
        return str(next(row["rule"] for row in request["set_aside"] if row["case_id"] == case["id"]))
    if practitioner["away"]:
        return "S9"
    if practitioner["id"] in {row["practitioner_id"] for row in [*due, *request["carried_over"]]}:
        return "S2"
    if practitioner["last_audited_on"] and months_ago(request, practitioner["last_audited_on"]) < 2:
        return "S3"
    if case["last_audited_on"] and months_ago(request, case["last_audited_on"]) < 12:
        return "S6"
    if any(row["case_id"] == case["id"] for row in request["re_audits"]):
        return "S6"
    return None


def is_long_held(request: Row, case: Row) -> bool:
    return plus_months(date.fromisoformat(case["allocated_on"]), 3) <= OPENING_DAYS[request["cycle"]]


def team_orders(request: Row, eligible: list[Row]) -> dict[str, list[tuple[Row, list[Row]]]]:
    """Each team's practitioners in order, each with their cases in order."""
    orders: dict[str, list[tuple[Row, list[Row]]]] = {team["id"]: [] for team in request["teams"]}
    for practitioner in request["practitioners"]:
        cases = [case for case in eligible if case["practitioner_id"] == practitioner["id"]]
        cases.sort(key=lambda case: (not is_long_held(request, case), ticket(request, "case", case["id"])))
        if cases:
            orders[practitioner["team_id"]].append((practitioner, cases))
    for order in orders.values():
        order.sort(key=lambda place: _sooner(request, *place))
    return orders


def _sooner(request: Row, practitioner: Row, cases: list[Row]) -> tuple[float, bool, str]:
    since = practitioner["last_audited_on"] or practitioner["started_on"]
    waiting = float("inf") if since is None else months_ago(request, since)
    return -waiting, not is_long_held(request, cases[0]), ticket(request, "practitioner", practitioner["id"])


def first_turns(request: Row) -> list[str]:
    def turn(team: Row) -> tuple[bool, int, str]:
        months = [
            month_number(row["last_audited_on"])
            for row in request["practitioners"]
            if row["team_id"] == team["id"] and row["last_audited_on"]
        ]
        return team["service_id"] != "mash", max(months, default=0), ticket(request, "team", team["id"])

    return [team["id"] for team in sorted(request["teams"], key=turn)]


def naive_draw(request: Row) -> Row:
    """Everything of the answer but sentences, the hash, who does what, and the certificate."""
    held_over, due = held_over_and_due(request)
    reasons = {case["id"]: exclusion(request, case, due) for case in request["cases"]}
    orders = team_orders(request, [case for case in request["cases"] if reasons[case["id"]] is None])

    audits: list[Audit] = []
    first: list[str | None] = []
    shortfalls: list[str] = []
    admitted: set[str] = set()
    for row in due:
        audit = (row["practitioner_id"], row["team_id"], True, row["case_id"])
        if next(assignments(request, [*audits, audit]), None) is None:
            shortfalls.append(why_nobody(request, audit))
        else:
            audits.append(audit)
            first.append(row["first_auditor_id"])
            admitted.add(row["id"])

    seats = dict.fromkeys(orders, 0)
    stopped: set[str] = set()

    def try_seat(team_id: str) -> None:
        practitioner, cases = orders[team_id][seats[team_id]]
        audit = (practitioner["id"], team_id, False, cases[0]["id"])
        if next(assignments(request, [*audits, audit]), None) is None:
            stopped.add(team_id)
            shortfalls.append(why_nobody(request, audit))
        else:
            audits.append(audit)
            first.append(None)
            seats[team_id] += 1

    for team_id in first_turns(request):
        if orders[team_id] and sum(seats.values()) < request["size"]:
            try_seat(team_id)
    while sum(seats.values()) < request["size"]:
        open_teams = [it for it in orders if it not in stopped and seats[it] < len(orders[it])]
        if not open_teams:
            shortfalls.append("S8")
            break
        quotient = {it: Fraction(len(orders[it]), 2 * seats[it] + 1) for it in open_teams}
        try_seat(min(open_teams, key=lambda it: (-quotient[it], ticket(request, "team", it))))
    mash = [team["id"] for team in request["teams"] if team["service_id"] == "mash"]
    if mash and not any(seats[team_id] for team_id in mash):
        shortfalls.append("P5")

    best = min(objective(request, audits, first, given) for given in assignments(request, audits))
    return {
        "size_drawn": sum(seats.values()),
        "drawn": list(_rows(request, orders, {it: range(seats[it]) for it in orders}, with_window=True)),
        "reserves": list(_rows(request, orders, {it: range(seats[it], len(orders[it])) for it in orders})),
        "excluded": sorted((it, rule) for it, rule in reasons.items() if rule is not None),
        "not_reached": sorted(case["id"] for order in orders.values() for _, cases in order for case in cases[1:]),
        "quotas": sorted((it, len(orders[it]), seats[it]) for it in orders),
        "re_audits": sorted(
            (row["id"], row["id"] in admitted, row["id"] in held_over, *_re_audit_window(request, row))
            for row in request["re_audits"]
        ),
        "shortfalls": sorted(shortfalls),
        "objective": best,
    }


def _rows(
    request: Row, orders: dict[str, list[tuple[Row, list[Row]]]], which: dict[str, range], with_window: bool = False
) -> Iterator[tuple[Any, ...]]:
    opening = OPENING_DAYS[request["cycle"]]
    for team_id in sorted(orders):
        for position in which[team_id]:
            practitioner, cases = orders[team_id][position]
            row = (
                cases[0]["id"],
                practitioner["id"],
                team_id,
                position + 1,
                ticket(request, "practitioner", practitioner["id"]),
            )
            began = date.fromisoformat(cases[0]["involvement_began_on"])
            window = (max(began, plus_months(opening, -6)).isoformat(), (opening - timedelta(1)).isoformat())
            yield (*row, *window) if with_window else row


def _re_audit_window(request: Row, row: Row) -> tuple[str, str]:
    opening = OPENING_DAYS[request["cycle"]]
    after_previous = date.fromisoformat(row["previous_issued_on"]) + timedelta(1)
    return max(after_previous, plus_months(opening, -6)).isoformat(), (opening - timedelta(1)).isoformat()
