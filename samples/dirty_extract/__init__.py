"""Three extracts with all the dirt that we know of, and the mapping that reads them (ECOSYSTEM §1.5, FRAMEWORK C1).

`report.txt` beside this file is what the import says of them, line by line; a test keeps it true.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent
MAPPING = FOLDER / "mapping.toml"
REPORT = FOLDER / "report.txt"

_CASES_HEADER = (
    "Team code\tRel type\tMosaic ID\tClient name\tAllocated worker\tAllocated from\tAllocated to\tAccess\t"
    "Client group\tRun at"
)
_RUN_AT = "30-Sep-2026 06:00:00"
# What is odd about the row, and what its cells say otherwise than a plain row of worker 501.
_CASES: Sequence[tuple[str, dict[int, str]]] = (
    ("plain", {2: "100001"}),
    ("id that lost its zeros", {2: "1002"}),
    ("id as a decimal", {2: "100003.0"}),
    ("id with a separator of thousands", {2: '"100,004"'}),
    ("id with spaces of two kinds", {2: "\N{NO-BREAK SPACE}100005  "}),
    ("month written out", {2: "100006", 5: "03 February 2026"}),
    ("month first, as SQL Server writes it", {2: "100007", 5: "Feb  3 2026 12:00AM"}),
    ("no end as the last day of time", {2: "100008", 6: "31-Dec-9999"}),
    ("no end as 1 January 2300", {2: "100009", 6: "01-Jan-2300 00:00"}),
    ("no end as an empty text in a database", {2: "100010", 6: "01-Jan-1900"}),
    ("no end as NULL", {2: "100011", 6: "NULL"}),
    ("name over two lines", {2: "100012", 3: '"Somebody\nof Somewhere"'}),
    ("team without a worker, then with one", {2: "100013", 4: "-1", 5: "05-Jan-2026"}),
    ("the worker of that team", {2: "100013"}),
    ("no worker as a nought", {2: "100014", 4: "0"}),
    ("no worker as a blank", {2: "100015", 4: ""}),
    ("co-worker beside the worker", {2: "100001", 1: "REL.COWORK", 4: "502"}),
    ("second worker by a later role", {2: "100006", 1: "REL.ALLWORKCF", 4: "502"}),
    ("role that is none of ours", {2: "100016", 1: "REL.REVOFF"}),
    ("role that nobody mapped", {2: "100017", 1: "REL.NEW"}),
    ("two workers by the same role", {2: "100018"}),
    ("the other of the two", {2: "100018", 4: "502"}),
    ("team that is stale", {2: "100019", 0: "HART"}),
    ("team that was renumbered", {2: "100020", 0: "OLD-CART"}),
    ("team that was archived", {2: "100021", 0: "ARCH"}),
    ("leaver", {2: "100022", 4: "509"}),
    ("worker nobody knows", {2: "100023", 4: "777"}),
    ("began and ended on one day", {2: "100024", 6: "02-Mar-2026"}),
    ("ended in June", {2: "100025", 6: "30-Jun-2026"}),
    ("ends before it begins", {2: "100026", 6: "01-Feb-2026"}),
    ("31 February", {2: "100027", 5: "31-Feb-2026"}),
    ("date in another form", {2: "100028", 5: "2026-03-02"}),
    ("number of a spreadsheet's day", {2: "100029", 5: "46083"}),
    ("duplicate person", {2: "100030", 3: "DUPLICATE of 100001"}),
    ("test person", {2: "100031", 3: "Zz Test Person"}),
    ("same row twice", {2: "100005"}),
    ("restricted", {2: "100032", 7: "R"}),
    ("restriction nobody mapped", {2: "100033", 7: "?"}),
    ("attribute nobody mapped", {2: "100034", 8: "Other"}),
    ("no id", {2: ""}),
    ("name in place of an id", {2: "Ann Person"}),
)
_PLAIN = ("CART", "REL.ALLWORK", "", "A Person", "501", "02-Mar-2026", "", "U", "Older People", _RUN_AT)

_STAFF = """\
Worker;Name;E-mail;Org;Primary Y/N;Job title;start_date;end_date
501;Siân O’Neill;Sian.ONeill@Council.Example;CART;Y;Social Worker;2024-02-05 00:00:00.000;
501;Siân O’Neill;sian.oneill@council.example;HART;N;Duty Worker;2025-06-02 00:00:00.000;
502;Ben Example;ben@council.example;CART;;Social Worker;2023-09-04 00:00:00.000;
502;Ben Example;ben@council.example;HART;;Social Worker;2025-01-06 00:00:00.000;
503;Cy Example;;CART;Y;Social Worker;2025-03-03 00:00:00.000;9999-12-31 00:00:00.000
509;Di Example;di@council.example;CART;Y;Social Worker;2020-01-06 00:00:00.000;2026-03-31 00:00:00.000
510;Ed Example;DI@COUNCIL.EXAMPLE;HART;Y;Social Worker;2026-04-01 00:00:00.000;
-1;Unallocated;;;;;;
"""
_TEAMS = """\
Organisations\r
"Run for adult social care, all sectors"\r
\r
Org,Org name,Area,Sector,Parent\r
CART,Community Assessment,Adults Front Door,Internal,ASC\r
HART,Hospital Assessment,home first service,Internal,ASC\r
PROV1,Sunny Lodge Care Home,Residential,External,\r
NEW1,New Team,Front Desk,Internal,ASC\r
Total,4,,,\r
"""


def files() -> dict[str, bytes]:
    """Each file by its kind, in the encoding and with the separators that its tool writes."""
    return {
        "teams": b"\xef\xbb\xbf" + _TEAMS.encode(),
        "workers": _STAFF.replace("\n", "\r\n").encode("cp1252"),
        "involvements": "\r\n".join(_lines_of_cases()).encode("utf-16"),
    }


def _lines_of_cases() -> Iterable[str]:
    yield "Open involvements"
    yield "Report run 30/09/2026"
    yield ""
    yield _CASES_HEADER
    for number, (_, changes) in enumerate(_CASES):
        if number == len(_CASES) // 2:
            yield _CASES_HEADER
            yield ""
        yield "\t".join(changes.get(place, cell) for place, cell in enumerate(_PLAIN))
    yield "CART\tREL.ALLWORK\t100035\tA Person"
    yield f"CART\tREL.ALLWORK\t100036\tPerson\tAnn\t501\t02-Mar-2026\t\tU\tOlder People\t{_RUN_AT}"
    yield 'CART\tREL.ALLWORK\t100037\t"Person" Ann\t501\t02-Mar-2026\t\tU\tOlder People\t' + _RUN_AT
    yield f"Total\t\t{len(_CASES)}\t\t\t\t\t\t\t"
    yield ""
    yield f"({len(_CASES)} rows affected)"
    yield ""
