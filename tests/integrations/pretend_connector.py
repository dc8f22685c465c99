"""A council's connector in another process: it keeps what it made, and is told over HTTP what is to go wrong.

What it made is written to a file, so that it is there again after it was down. `POST /told` says which trouble the next
commands meet, and how many of them; `GET /made` lists what was made, in order: a key made twice stands there twice.
"""

import json
import secrets
import socket
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any


class Connector:
    """What the connector keeps, and what is to go wrong."""

    def __init__(self, kept: Path | None = None) -> None:
        self.lock = Lock()
        self.kept = kept
        self.can: dict[str, Any] = {"operations": ["upload_document", "record_note"], "gives_receipts": True}
        self.key: str | None = None
        self.made: list[dict[str, Any]] = []
        if kept is not None and kept.exists():
            self.made.extend(map(json.loads, kept.read_text(encoding="utf-8").splitlines()))
        self.trouble, self.times = "", 0
        self.seen: list[str] = []
        self.tokens: dict[str, Any] = {}
        self.busy: int | None = None

    def token(self, authorization: str | None) -> tuple[int, Any, dict[str, str]]:
        """What a token endpoint answers; the token before is good no more."""
        trouble = self.tokens.get("trouble", "")
        if trouble in TOKEN_TROUBLES:
            return TOKEN_TROUBLES[trouble]
        if trouble == "slow":
            time.sleep(0.6)
        if authorization != self.tokens["authorization"]:
            return 401, {"error": "invalid_client", "error_description": authorization}, {}
        given = self.tokens.get("token") or secrets.token_urlsafe(8)
        if not self.tokens.get("spoilt"):
            self.key = given
        return 200, {"access_token": given, "token_type": "Bearer", "expires_in": 3600}, {}

    def meets_trouble(self) -> str:
        with self.lock:
            if self.times <= 0:
                return ""
            self.times -= 1
            return self.trouble

    def carry_out(self, command: dict[str, Any]) -> dict[str, Any]:
        """Once for a key where it gives receipts; else as often as it is told."""
        with self.lock:
            found = self.receipt(command["key"]) if self.can["gives_receipts"] else None
            if found is None:
                self.made.append(command)
                if self.kept is not None:
                    with self.kept.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(command) + "\n")
                found = {"state": "done", "reference": f"MOS-{len(self.made)}"}
            return found

    def receipt(self, key: str) -> dict[str, Any] | None:
        for number, command in enumerate(self.made, 1):
            if command["key"] == key:
                return {"state": "done", "reference": f"MOS-{number}"}
        return None


CONNECTOR = Connector(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
# Status, body and headers of troubles in which nothing is done.
NOTHING_DONE: dict[str, tuple[int, Any, dict[str, str]]] = {
    "500 before": (500, {"error": "oops"}, {}),
    "429": (429, {}, {"Retry-After": "7200"}),
    "429 until a moment": (429, {}, {"Retry-After": "Thu, 01 Oct 2026 10:00:00 GMT"}),
    "restricted": (422, {"state": "refused", "reason": "The record is restricted."}, {}),
    "400 without a word": (400, None, {}),
    "403 of a gateway": (403, None, {}),
    "404 of a gateway": (404, None, {}),
    "redirect": (307, {}, {"Location": "/elsewhere"}),
}
# The same of troubles in which the command is done all the same.
DONE_ALL_THE_SAME: dict[str, tuple[int, Any, dict[str, str]]] = {
    "500 after": (500, {"error": "oops"}, {}),
    "503 after": (503, None, {"Retry-After": "60"}),
    "202": (202, {"state": "working"}, {}),
    "no receipt": (200, {"fine": True}, {}),
    "no reference": (200, {"state": "done"}, {}),
    "endless": (200, "x" * 200_000, {}),
}
# What a token endpoint may answer instead of a token.
TOKEN_TROUBLES: dict[str, tuple[int, Any, dict[str, str]]] = {
    "500": (500, {"error": "oops"}, {}),
    "503": (503, None, {"Retry-After": "60"}),
    "refused": (400, {"error": "invalid_scope", "error_description": "for s3cret"}, {}),
    "no token": (200, {"token_type": "Bearer"}, {}),
    "another kind": (200, {"access_token": "a", "token_type": "mac"}, {}),
    "two lines": (200, {"access_token": "a\r\nHost: elsewhere", "token_type": "Bearer"}, {}),
    "page": (200, "<html>Sign in</html>", {}),
    "endless": (200, "x" * 200_000, {}),
    "redirect": (302, {}, {"Location": "/elsewhere"}),
}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/made":
            self._answer(200, {"made": CONNECTOR.made, "seen": CONNECTOR.seen})
        elif not self._is_known():
            self._answer(401, None)
        elif self.path.endswith("/capabilities") and CONNECTOR.busy:
            self._answer(503, None, {"Retry-After": str(CONNECTOR.busy)})
        elif self.path.endswith("/capabilities"):
            self._answer(200, CONNECTOR.can)
        else:
            key = self.path.rpartition("/")[2]
            found = CONNECTOR.receipt(key)
            CONNECTOR.seen.append(f"GET {key}")
            self._answer(200 if found else 404, found or {"state": "unknown"})

    def do_POST(self) -> None:
        if self.path == "/token":
            CONNECTOR.seen.append(f"TOKEN {self.rfile.read(int(self.headers['Content-Length'])).decode()}")
            self._answer(*CONNECTOR.token(self.headers.get("Authorization")))
            return
        told = self._body()
        CONNECTOR.trouble, CONNECTOR.times = told.get("trouble", ""), told.get("times", 0)
        CONNECTOR.can.update(told.get("can", {}))
        CONNECTOR.key = told.get("key", CONNECTOR.key)
        CONNECTOR.busy = told.get("busy", CONNECTOR.busy)
        CONNECTOR.tokens = told.get("tokens", CONNECTOR.tokens)
        self._answer(200, {})

    def do_PUT(self) -> None:
        command = self._body()
        if not self._is_known():
            self._answer(401, None)
            return
        CONNECTOR.seen.append(f"PUT {command['key']}")
        trouble = CONNECTOR.meets_trouble()
        if trouble in NOTHING_DONE:
            self._answer(*NOTHING_DONE[trouble])
            return
        if trouble == "cut before":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        receipt = CONNECTOR.carry_out(command)
        if trouble == "made twice":
            receipt = CONNECTOR.carry_out(command)
        if trouble == "time-out after":
            time.sleep(0.6)
        elif trouble == "another type":
            self._answer(200, receipt, {"Content-Type": "text/html"})
        elif trouble == "cut after":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif trouble in DONE_ALL_THE_SAME:
            self._answer(*DONE_ALL_THE_SAME[trouble])
        else:
            self._answer(200, receipt)

    def _is_known(self) -> bool:
        return CONNECTOR.key is None or self.headers.get("Authorization") == f"Bearer {CONNECTOR.key}"

    def _body(self) -> dict[str, Any]:
        found = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert isinstance(found, dict)
        return found

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Says nothing."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    if len(sys.argv) > 3:  # key and certificate
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[3])
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
