"""The table of who may do what as the page `docs/permissions.md`."""

from api.access import ACCESS, Relations
from api.app_roles import AppRole
from api.permissions import Permission
from db.queries.reaches import Relation


def as_markdown() -> str:
    """The table as the page `docs/permissions.md`."""
    cells = len(AppRole) * len(Permission) * len(Relation)
    rows = (
        f"| `{permission.value}` | " + " | ".join(_cell(ACCESS[role].get(permission)) for role in AppRole) + " |"
        for permission in Permission
    )
    return "\n".join(
        [
            "# Who may do what",
            "",
            "Made by `practice-audit permissions` from `api/access.py`; do not edit by hand. Empty: no.",
            "`all`, or only what somebody stands in that relation to on the day; of several roles the union counts.",
            "`in a dispute` is whoever was asked to review a report that is disputed, or owes a clock of the dispute.",
            "Each path's permission stands in `docs/openapi.json` as `x-permission`. What is out of reach is in no",
            "list, and by id it is answered 404 like an id that nobody has. Nobody withdraws, replaces or corrects an",
            "audit of their own work or one that is theirs to do, nor names its auditor, however far they reach (409).",
            "",
            f"{len(AppRole)} roles × {len(Permission)} permissions × {len(Relation)} relations: {cells:,} cells. That",
            "each holds on every path with the permission is tested over HTTP by `tests/api/test_access_matrix.py`.",
            "",
            "| permission | " + " | ".join(role.value.replace("_", " ") for role in AppRole) + " |",
            "|---|" + "---|" * len(AppRole),
            *rows,
            "",
            *_RELATIONS_IN_WORDS,
            "",
        ]
    )


def _cell(relations: Relations | None) -> str:
    return ", ".join(relation.value for relation in Relation if relation in (relations or ()))


_RELATIONS_IN_WORDS = (
    "| relation | what it reaches, on the day |",
    "|---|---|",
    "| oneself | one's own file, the team that one belongs to, messages to oneself, safety alerts that one raised |",
    "| | or was told of |",
    "| as practitioner | audits of one's own work |",
    "| as auditor | audits given to oneself |",
    "| as moderator | audits given to oneself to moderate |",
    "| as the auditor's manager | audits done by whom one is line manager of, by members of a team that one manages, |",
    "| | or for a service that one heads; none of or by oneself, nor of people whose team or line manager one is |",
    "| line managed | whom one is line manager of on record, and audits of their work |",
    "| own team | the team whose manager one is, or the manager's deputy or stand-in; teams merged into it; |",
    "| | its members; audits allocated in it |",
    "| own service | the same of a service that one heads: its teams and members; audits allocated in it, or of |",
    "| | teams that have moved to it |",
)
