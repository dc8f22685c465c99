"""An identity provider of the test's own: its documents over HTTP on loopback, and tokens signed with real keys."""

import base64
import json
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, RSAKey

TENANT = "8f4d6f0e-0000-4000-8000-000000000001"
AUDIENCE = "api://practice-audit"


@cache
def rsa_key(kid: str, bits: int = 2048) -> RSAKey:
    """One key a run: making them takes longest of all."""
    with warnings.catch_warnings(action="ignore", category=SecurityWarning):
        return RSAKey.generate_key(bits, {"kid": kid, "use": "sig"})


@cache
def ec_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


class PretendProvider:
    """What it publishes can be changed; what it was asked is counted."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}/tenant"
        self.keys: list[Any] = [rsa_key("first").as_dict(private=False)]
        self.said_issuer = self.issuer
        self.asked: list[str] = []
        self.is_away = False
        self.answers: threading.Event = threading.Event()  # cleared: it keeps whoever asks waiting
        self.answers.set()
        self.raw: bytes | None = None
        self.redirects_to: str | None = None

    def claims(self, now: float, **others: Any) -> dict[str, Any]:
        """What a person's access token of Entra holds."""
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "tid": TENANT,
            "ver": "2.0",
            "oid": "ada",
            "sub": "pairwise",
            "azp": "the-client",
            "scp": "access",
            "roles": ["Audit.Practitioner"],
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + 3600,
        }
        return {name: value for name, value in {**claims, **others}.items() if value is not ...}

    def document(self, path: str) -> bytes:
        if self.raw is not None:
            return self.raw
        if path.endswith("/.well-known/openid-configuration"):
            return json.dumps({"issuer": self.said_issuer, "jwks_uri": f"{self.issuer}/keys"}).encode()
        return json.dumps({"keys": self.keys}).encode()


def signed(claims: Mapping[str, Any] | bytes, key: Any = None, alg: str = "RS256", **header: Any) -> str:
    """A token as a provider signs it; header fields that are `...` are left out."""
    key = key or rsa_key("first")
    fields = {"alg": alg, "typ": "JWT", "kid": key.kid, **header}
    protected = {name: value for name, value in fields.items() if value is not ...}
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    registry.max_header_length = registry.max_payload_length = 1_000_000
    registry.check_header = lambda header: None  # type: ignore[method-assign]  # it signs whatever it is told to
    return jws.serialize_compact(protected, payload, key, registry=registry)


def part(value: Any) -> str:
    """One part of a token."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def pretend_provider() -> Iterator[PretendProvider]:
    """Answers until the block ends."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            provider.answers.wait(10)
            body = provider.document(self.path)
            if provider.redirects_to is not None:
                self.send_response(302)
                self.send_header("Location", provider.redirects_to)
            else:
                self.send_response(503 if provider.is_away else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing on the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    provider = PretendProvider(server.server_address[1])
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    try:
        yield provider
    finally:
        provider.answers.set()
        server.shutdown()
        server.server_close()
        running.join()
