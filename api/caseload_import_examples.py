"""Examples of what is answered about extracts."""

from http import HTTPStatus
from typing import Any

from api.caseload_import_contents import ExtractImportReport
from api.examples import answered
from api.routers import described

ERROR = {
    "line": 36,
    "column": "worker_id",
    "value": "998969",
    "code": "unknown_worker",
    "sentence": "worker_id 998969 is nobody known here: import workers.csv first, or add the person.",
}


IMPORT: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000001",
    "kind": "involvements",
    "state": "loaded",
    "dry_run": False,
    "unchanged": False,
    "sentence": "2500 of 2509 rows loaded, 8 refused, 1 passed over.",
    "file_name": "involvements.csv",
    "sha256": "6f1ed002ab5595859014ebf0951522d9a1a6e1ff5f6b3f6e8c0d7a2a8d0c3b11",
    "encoding": "windows-1252",
    "date_form": "uk",
    "mapping": "default",
    "extracted_on": "2026-09-30",
    "imported_at": "2026-09-30T09:15:00Z",
    "imported_by": "local administrator",
    "rows_read": 2509,
    "rows_loaded": 2500,
    "rows_refused": 8,
    "rows_passed_over": 1,
    "changes": {"begun": 61, "changed": 4, "ended": 58},
    "refused": [{"code": "unknown_worker", "rows": 8, "lines": [36, 673, 1058, 1439, 1656]}],
    "passed_over": [{"code": "blank", "sentence": "Blank lines.", "rows": 1, "lines": []}],
    "notes": [],
    "fall": None,
    "confirmed_because": None,
    "columns_not_read": [],
}


_REPORT = {**IMPORT, "errors": [ERROR]}


_DRY_RUN = {**_REPORT, "id": None, "dry_run": True, "imported_at": None, "imported_by": None}


ANSWERS = {
    **answered({"loaded": _REPORT}, HTTPStatus.CREATED),
    200: {
        "model": ExtractImportReport,
        "description": "A dry run, or a file that was loaded before: nothing was changed",
        "content": {"application/json": {"examples": {"a dry run": {"value": _DRY_RUN}}}},
    },
    **described(
        409,
        "`not_allowed_now`: an extract of a later day is loaded already. `caseload_fell`: it holds much less than "
        "the last one; send `confirmed_because` if that is right",
    ),
}
