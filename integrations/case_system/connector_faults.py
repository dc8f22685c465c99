"""Why a connector, or a token endpoint, could not be used, in words for whoever runs this installation."""

import ssl
from collections.abc import Iterator

import httpx

_IN_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "nothing answers at its address in time"),
    (httpx.ConnectError, "nothing answers at its address"),
    (httpx.TimeoutException, "no answer came in time"),
    (httpx.ProxyError, "the proxy on the way does not let us through"),
)


def in_words(fault: Exception) -> str:
    """What went wrong with a connection. What a certificate lacks is told, since only that can be mended."""
    for cause in _causes(fault):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not to be trusted: {cause.verify_message.rstrip('.')}"
        if isinstance(cause, ssl.SSLError):
            return "it does not speak TLS"
    return next((words for kind, words in _IN_WORDS if isinstance(fault, kind)), "the connection broke")


def _causes(fault: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = fault
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__
