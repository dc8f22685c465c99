"""What people do in the life of an audit, over HTTP, by the verbs of a script (tests/year_of_audits.py)."""

from collections.abc import Callable, Mapping

from api.grading_contents import as_written
from db.tables.audits import Audit
from tests.grading_contents import after_discussion, whole_grading
from tests.small_council import work_on
from tests.year_of_audits import PLAN, Life, YearOfAudits, room_for_one_more
from usecases.audit_tools import tool_read

COMMANDS = "/v1/case-system/commands"
Deed = Callable[[YearOfAudits, Life, str], object]


def _arranges(year: YearOfAudits, life: Life, on: str) -> object:
    return year.move(life.auditor, life, "/meeting", {"meets_on": on, "meets_at": "10:30"})


def _grades(year: YearOfAudits, life: Life, grade: str) -> object:
    return _write(year, life, grade, after=False)


def _grades_again(year: YearOfAudits, life: Life, grade: str) -> object:
    return _write(year, life, grade, after=True)


def _write(year: YearOfAudits, life: Life, grade: str, *, after: bool) -> object:
    with year.sessions() as session:
        tool = tool_read(work_on(session, year.today), session.get_one(Audit, life.audit_id))
    first = whole_grading(tool, grade)
    path = f"/gradings/{'after' if after else 'before'}-discussion"
    body = as_written(after_discussion(first, grade) if after else first).model_dump(mode="json")
    return year.save(life.auditor, life, "PUT", path, body)


def _plans(year: YearOfAudits, life: Life, due_on: str) -> object:
    """One action of the practitioner and one of their manager."""
    action = {
        "measurable": "It is on record with her own words.",
        "achievable": "Two hours are kept free.",
        "relevant": "Nobody asked her since January.",
        "due_on": due_on,
    }
    actions = [
        {**action, "specific": "Hold the review that is due.", "owner": life.practitioner},
        {**action, "specific": "Read the review in supervision.", "owner": f"TM-{life.team}"},
    ]
    return year.save(life.auditor, life, "PUT", PLAN, {"actions": actions})


def _plans_anew(year: YearOfAudits, life: Life, due_on: str) -> object:
    """The manager writes what the report of the auditor had no need of."""
    action = {
        "specific": "Hold the review that is due.",
        "measurable": "It is on record with her own words.",
        "achievable": "Two hours are kept free.",
        "relevant": "Nobody asked her since January.",
        "due_on": due_on,
        "owner": life.practitioner,
    }
    return year.save(f"TM-{life.team}", life, "PUT", f"{PLAN}/revision", {"actions": [action]})


def _agree(year: YearOfAudits, life: Life, _said: str) -> None:
    for who, role in ((life.practitioner, "practitioner"), (f"TM-{life.team}", "team_manager")):
        year.save(who, life, "POST", f"{PLAN}/agreements", {"as_role": role})


def _do(year: YearOfAudits, life: Life, number: str) -> object:
    owner = life.practitioner if number == "1" else f"TM-{life.team}"
    body = {"done_on": year.today.isoformat(), "evidence": "The review is on record, with her sister's words."}
    return year.save(owner, life, "POST", f"{PLAN}/actions/{number}/evidence", body)


def _meet(year: YearOfAudits, life: Life, said: str) -> object:
    body = {"held_on": year.today.isoformat(), "team_manager_attended": said == "with the team manager"}
    return year.move(life.auditor, life, "/reflective-discussion", body)


def _submits(year: YearOfAudits, life: Life, _said: str) -> object:
    return year.move(life.auditor, life, "/submissions")


def _accepts(year: YearOfAudits, life: Life, _said: str) -> object:
    return year.move("TEAM", life, "/quality-checks", {"outcome": "accepted"})


def _returns(year: YearOfAudits, life: Life, said: str) -> object:
    body = {"outcome": "returned", "points": ["Say who was there."], "discussion_offered": bool(said)}
    return year.move("TEAM", life, "/quality-checks", body)


def _issues(year: YearOfAudits, life: Life, _said: str) -> object:
    return year.move(life.auditor, life, "/issue")


def _files(year: YearOfAudits, life: Life, _said: str) -> None:
    """The audit team does what is owed to the case system by hand, the upload before its note."""
    owed = year.ask("TEAM", "GET", f"{COMMANDS}?audit={life.reference}").json()["items"]
    for command in reversed([it for it in owed if it["state"] not in ("done", "cancelled")]):
        path = f"{COMMANDS}/{command['id']}"
        tag = {"If-Match": year.ask("TEAM", "GET", path).headers["ETag"]}
        year.ask("TEAM", "POST", f"{path}/done", {"reference": f"MOS-{command['kind']}"}, **tag)


def _acknowledges(year: YearOfAudits, life: Life, _said: str) -> object:
    return year.move(life.practitioner, life, "/acknowledgement")


def _comments(year: YearOfAudits, life: Life, said: str) -> object:
    return year.move(life.practitioner, life, "/comments", {"text": said})


def _discuss(year: YearOfAudits, life: Life, _said: str) -> object:
    day = year.today.isoformat()
    body = {"held_on": day, "note": "What we agreed.", "case_note_on": day}
    return year.move(f"TM-{life.team}", life, "/findings-discussion", body)


def _note_is_there(year: YearOfAudits, life: Life, _said: str) -> object:
    return year.move("TEAM", life, "/case-note-checks", {"is_there": True})


def _note_is_missing(year: YearOfAudits, life: Life, _said: str) -> object:
    return year.move("TEAM", life, "/case-note-checks", {"is_there": False})


def _confirms(year: YearOfAudits, life: Life, _said: str) -> object:
    return year.move(f"HEAD-{life.service_id}", life, "/findings-confirmation", {})


def _corrects(year: YearOfAudits, life: Life, grade: str) -> object:
    body = {"reason": "Typed into the wrong column.", "overall_grade": grade}
    return year.move("AUDIT-MANAGER", life, "/corrections", body)


def _orders(year: YearOfAudits, life: Life, said: str) -> object:
    return year.move("DIRECTOR", life, "/further-re-audit", {"decision": "ordered", "reason": said})


def _falls_ill(year: YearOfAudits, life: Life, _said: str) -> None:
    """The head of service of the auditor asks who could take over, and names the first."""
    head = f"HEAD-{life.auditor.rpartition('-')[0]}"
    with room_for_one_more(year):
        path = f"/v1/audits/{life.audit_id}/auditor-suggestions"
        first = year.ask(head, "GET", path).json()["suggested"][0]
        year.move(head, life, "/auditor", {"auditor_id": first["id"], "reason": "sickness", "note": "Rang in ill."})
    life.earlier_auditor, life.auditor = life.auditor, first["reference"]


DEEDS: Mapping[str, Deed] = {
    "arranges": _arranges,
    "grades": _grades,
    "grades-again": _grades_again,
    "plans": _plans,
    "plans-anew": _plans_anew,
    "agree": _agree,
    "do": _do,
    "meet": _meet,
    "submits": _submits,
    "accepts": _accepts,
    "returns": _returns,
    "issues": _issues,
    "files": _files,
    "acknowledges": _acknowledges,
    "comments": _comments,
    "discuss": _discuss,
    "note-is-there": _note_is_there,
    "note-is-missing": _note_is_missing,
    "confirms": _confirms,
    "corrects": _corrects,
    "orders": _orders,
    "falls-ill": _falls_ill,
}
