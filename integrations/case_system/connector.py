"""The council's connector, called over HTTP: one command at a time, each answer taken for what it surely says (C2).

Only an answer of the contract counts as done, refused or never heard of. Whatever else comes back after something was
sent is uncertain, so that the receipt is asked for before anything is sent again.
"""

import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlsplit

import httpx
from pydantic import ValidationError

from integrations.case_system.connector_addresses import AddressRefused, reached
from integrations.case_system.connector_answers import Answer, answer_in
from integrations.case_system.connector_contract import CapabilitiesOfConnector, ReceiptRead, on_the_wire
from integrations.case_system.connector_faults import in_words
from integrations.case_system.connector_tokens import ClientCredentials
from usecases.case_system_ports import (
    Capabilities,
    CaseSystemUnreachable,
    Command,
    Done,
    NeverArrived,
    NotNow,
    Operation,
    Outcome,
    Receipt,
    Refused,
    Uncertain,
)
from usecases.ports import Clock

_NOT_OURS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
# What httpx raises before a byte of the request was sent.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class ConnectorAddress:
    """Where the connector is and how it knows us: by a key that never changes, by `tokens`, or not at all.

    `seconds` is the longest to wait for each part of an answer.
    """

    url: str
    key: str | None = field(repr=False)
    seconds: float
    tls: ssl.SSLContext = field(repr=False)
    tokens: ClientCredentials | None = None


class ConnectorCaseSystem:
    """Any number of threads may use it; each call has a connection of its own, so that none is found broken."""

    def __init__(self, address: ConnectorAddress, clock: Clock) -> None:
        self._address = address
        self._clock = clock

    def capabilities(self) -> Capabilities:
        answer = self._ask("capabilities")
        try:
            found = CapabilitiesOfConnector.model_validate(answer.body)
        except ValidationError as why:
            raise _unusable(answer, "saying what it can do") from why
        return Capabilities(frozenset(map(Operation, found.operations)), found.gives_receipts)

    def carry_out(self, command: Command) -> Outcome:
        content = on_the_wire(command).model_dump_json(exclude_none=True)
        try:
            answer = self._call("PUT", f"commands/{quote(command.key, safe='')}", content)
        except httpx.HTTPError as why:
            return Uncertain(f"It was sent to the connector, and {in_words(why)}.")
        return outcome_in(answer)

    def receipt_of(self, key: str) -> Receipt:
        answer = self._ask(f"commands/{quote(key, safe='')}")
        receipt = _receipt_in(answer)
        if receipt is None:
            raise _unusable(answer, "a receipt")
        if receipt.state == "unknown":
            return NeverArrived()
        return _settled(receipt, answer)

    def _ask(self, path: str) -> Answer:
        try:
            return self._call("GET", path)
        except httpx.HTTPError as why:
            raise CaseSystemUnreachable(f"The connector was asked, and {in_words(why)}.") from why

    def _call(self, method: str, path: str, content: str | None = None) -> Answer:
        """Raises CaseSystemUnreachable while nothing can have been done, and httpx.HTTPError after that.

        A token that is refused, with which nothing was done, is renewed once.
        """
        tokens = self._address.tokens
        if tokens is None:
            return self._call_as(self._address.key, method, path, content)
        token = tokens.token()
        answer = self._call_as(token, method, path, content)
        if answer.status == HTTPStatus.UNAUTHORIZED and _receipt_in(answer) is None:
            answer = self._call_as(tokens.token(instead_of=token), method, path, content)
        return answer

    def _call_as(self, bearer: str | None, method: str, path: str, content: str | None) -> Answer:
        try:
            where = reached(self._address.url)
        except AddressRefused as why:
            raise CaseSystemUnreachable(f"The connector's address can't be used: {why}.") from why
        netloc = f"[{where.address}]" if ":" in where.address else where.address
        url = f"{where.scheme}://{netloc}:{where.port}{urlsplit(self._address.url).path.rstrip('/')}/{path}"
        headers = {"Host": urlsplit(self._address.url).netloc, "Accept": "application/json"}
        headers["Accept-Encoding"] = "identity"
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._exchange(method, url, headers, content, where.host)
        except _BEFORE_SENDING as why:
            raise CaseSystemUnreachable(f"The connector cannot be reached: {in_words(why)}.") from why

    def _exchange(self, method: str, url: str, headers: dict[str, str], content: str | None, host: str) -> Answer:
        """One request on one connection, straight to the address that was looked at: no proxy, no redirect."""
        with (
            httpx.Client(
                verify=self._address.tls, timeout=self._address.seconds, follow_redirects=False, trust_env=False
            ) as client,
            client.stream(
                method,
                url,
                headers=headers,
                content=content and content.encode(),
                extensions={"sni_hostname": host},
            ) as response,
        ):
            return answer_in(response, self._clock, self._address.seconds)


def outcome_in(answer: Answer) -> Outcome:
    """What an answer to a command surely says."""
    receipt = _receipt_in(answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotNow("The connector asks to be left alone for a while (429).", answer.wait)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Uncertain(f"The connector answered {answer.status}.", answer.wait)
    if receipt is not None and receipt.state != "unknown":
        return _settled(receipt, answer)
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST or answer.status in _NOT_OURS:
        raise _unusable(answer, "a receipt")
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return Refused(f"The connector answered {answer.status} and gave no reason.")
    return Uncertain(f"The connector answered {answer.status} without a receipt.")


def _settled(receipt: ReceiptRead, answer: Answer) -> Done | Refused | Uncertain:
    if receipt.state == "done" and receipt.reference and receipt.reference.strip():
        return Done(receipt.reference)
    if receipt.state == "refused":
        return Refused(receipt.reason or f"The connector refused it ({answer.status}) and gave no reason.")
    if receipt.state == "working":
        return Uncertain("The connector is still at work on it.", answer.wait)
    return Uncertain("The connector says that it is done, and not what the case system calls it.", answer.wait)


def _unusable(answer: Answer, without: str) -> CaseSystemUnreachable:
    """What an answer says that is none of the contract, and where to look."""
    sentence = f"The connector answered {answer.status} without {without}."
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        sentence = f"The connector does not let us in ({answer.status}): look at the key or client that it knows us by."
    elif HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        sentence = f"The connector's address leads elsewhere ({answer.status}), and no redirect is followed."
    elif answer.status in _NOT_OURS:
        sentence = f"What answers at the connector's address ({answer.status}) is not the connector."
    return CaseSystemUnreachable(sentence, answer.wait)


def _receipt_in(answer: Answer) -> ReceiptRead | None:
    """What it says by the contract, if it says anything."""
    try:
        return ReceiptRead.model_validate(answer.body)
    except ValidationError:
        return None
