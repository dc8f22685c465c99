"""Whatever is sent to whichever path: an answer of 4xx as problem details, never a fault."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.every_router import ROUTERS

AN_ID = "0199c0de-7a11-7000-8000-000000000001"
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
BODIES = {
    "cut off": b'{"name": ',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "nested 50,000 deep": b"[" * 50_000,
    "objects nested 20,000 deep": b'{"a":' * 20_000,
    "a list": b"[1, 2]",
    "a text": b'"text"',
    "a number": b"1e999",
    "half a character": b'{"name": "\\ud800", "reference": "\\ud800"}',
    "an unknown field": b'{"no_such_field": 1}',
    "a number of 5,000 digits": b'{"capacity": ' + b"9" * 5_000 + b"}",
    "NaN": b'{"capacity": NaN}',
}
JSON = {"Content-Type": "application/json"}


def _paths(*methods: str) -> Iterator[tuple[str, str]]:
    for route in ROUTES:
        for method in sorted((route.methods or set()) & set(methods)):
            path = route.path.replace("{month}", "2026-10").replace("{year}", "2027").replace("{job}", "x")
            while "{" in path:
                start, _, rest = path.partition("{")
                path = f"{start}{AN_ID}{rest.partition('}')[2]}"
            yield method, path


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_cannot_be_read_is_a_problem_and_no_fault(client: TestClient, body: bytes) -> None:
    for method, path in _paths("POST", "PUT", "PATCH"):
        answer = client.request(method, path, content=body, headers=JSON)

        takes_none = answer.status_code < 300 or answer.status_code in (403, 404, 409, 428)
        assert answer.status_code == 422 or takes_none, f"{method} {path}: {answer.text}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "application/json; charset=é"]
)
def test_a_body_of_another_kind_is_a_problem_and_no_fault(client: TestClient, kind: str) -> None:
    for method, path in _paths("POST", "PUT", "PATCH"):
        answer = client.request(method, path, content=b"--x", headers={b"Content-Type": kind.encode()})

        assert answer.status_code < 500, f"{method} {path}: {answer.text}"


@pytest.mark.parametrize(
    "value", ["%00", "%FF", "%ED%A0%80", "9" * 400, "-1", "..%2F..", "'%20OR%201=1--", "%F0%9F%98%80"]
)
def test_a_strange_value_in_path_or_query_is_a_problem_and_no_fault(client: TestClient, value: str) -> None:
    for route in ROUTES:
        if "GET" in (route.methods or ()):
            path = route.path
            while "{" in path:
                path = f"{path.partition('{')[0]}{value}{path.partition('}')[2]}"
            names = [*(field.alias for field in route.dependant.query_params), "cursor", "limit", "case", "state"]
            for query in ("", "?" + "&".join(f"{name}={value}" for name in names)):
                answer = client.get(path + query, follow_redirects=False)

                assert answer.status_code < 500 or path == "/readyz", f"GET {path}{query}: {answer.text}"
