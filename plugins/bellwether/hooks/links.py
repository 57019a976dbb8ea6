"""The ``Link`` header (RFC 8288): read whole, or refused, since a link that is missed would end paging too early."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[\s,]*")
_TARGET = re.compile(r"<([^<>\"\s]*)>")
_PARAM = re.compile(r"\s*;\s*(?:([!#$%&'*+.^_`|~\w-]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\";,<>]*)))?)?")
_END = re.compile(r"\s*(?:,|\Z)")


class BadLink(ValueError):
    """A ``Link`` header that cannot be read."""


def links(header: str) -> dict[str, str]:
    """The targets by relation, in lower case; of several for one relation the first. Raises BadLink.

    A link may have several relations, and one with an ``anchor`` is about another resource.

    >>> links('</b?page=2>; rel="next last", <//c;x,y>; REL=first')
    {'next': '/b?page=2', 'last': '/b?page=2', 'first': '//c;x,y'}
    """
    found: dict[str, str] = {}
    at = _end_of(_BETWEEN, header, 0)
    while at < len(header):
        target = _TARGET.match(header, at)
        if target is None:
            raise BadLink("a Link header that is none by RFC 8288")
        params, at = _params(header, target.end())
        if "rel" not in params:
            raise BadLink("a Link header with a link that has no relation")
        if "anchor" not in params:
            for relation in params["rel"].lower().split():
                found.setdefault(relation, target[1])
        if not _END.match(header, at):
            raise BadLink("a Link header that is none by RFC 8288")
        at = _end_of(_BETWEEN, header, at)
    return found


def _params(header: str, at: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while param := _PARAM.match(header, at):
        at = param.end()
        if param[1]:
            quoted = re.sub(r"\\(.)", r"\1", param[2]) if param[2] is not None else None
            found.setdefault(param[1].lower(), quoted if quoted is not None else param[3] or "")
    return found, at


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
