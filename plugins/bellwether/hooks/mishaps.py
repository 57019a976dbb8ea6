"""What went wrong on the way to an answer, in words that say where to look and quote no URL."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests
from urllib3 import exceptions

from bellwether.hooks.answer import NotAsked, NotJson
from bellwether.hooks.exchange import within

_TLS_TO_PLAIN = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_MESSAGE")


def mishap(error: BaseException) -> str:
    """The error in plain words. The library's own text would quote the URL with its query."""
    if ours := within(error):
        return str(ours)
    if isinstance(error, NotAsked):
        return f"the answer is {error}"
    if isinstance(error, NotJson):
        return f"the answer is no JSON ({error})"
    causes = list(_causes(error))
    if any(isinstance(cause, requests.exceptions.ProxyError | exceptions.ProxyError) for cause in causes):
        return "the proxy that the environment names could not be used"
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _of_tls(cause)
        if isinstance(cause, exceptions.NameResolutionError):
            return "no address is known for the service's name (DNS)"
        if isinstance(cause, ConnectionRefusedError):
            return "the service's host refused the connection: nothing listens at that port"
    if isinstance(error, requests.Timeout):
        return "the service did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection to the service, or it was closed before an answer"
    return type(error).__name__


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the service's certificate is not trusted ({error.verify_message})"
    if error.reason and any(word in error.reason for word in _TLS_TO_PLAIN):
        return "the service does not speak TLS at that port: is it http in place of https?"
    return f"no TLS connection to the service ({error.reason or 'closed during the handshake'})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it was made of: libraries wrap in causes, contexts, reasons and arguments."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        here = waiting.pop(0)
        if isinstance(here, BaseException) and here not in seen:
            seen.append(here)
            waiting += [here.__cause__, here.__context__, getattr(here, "reason", None), *here.args]
    return iter(seen)
