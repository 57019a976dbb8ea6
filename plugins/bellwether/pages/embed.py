"""What a page carries inside itself: scripts, styles, data for scripts, and the policy that admits nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

SHARED = "bellwether.pages"
_DANGEROUS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def data(value: Any) -> Markup:
    """A value as JSON inside a script element: nothing in it can end the element or open a comment.

    >>> data({"a": "</script><!--"})
    Markup('{"a":"\\\\u003c/script\\\\u003e\\\\u003c!--"}')
    """
    text = msgspec.json.encode(value).decode()
    for character, escaped in _DANGEROUS.items():
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704  nothing in it can be markup any more


@lru_cache(maxsize=1)
def plotly() -> Markup:
    """plotly.js as its Python package ships it, for an inline script."""
    text = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    return _inline(text)


@lru_cache(maxsize=16)
def own(name: str, package: str = SHARED) -> Markup:
    """A script or style sheet among a package's templates, for an inline element."""
    return _inline((files(package) / "templates" / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def policy() -> str:
    """The content security policy of a kept page: two scripts by their hashes, inline styles, no request at all.

    https://www.w3.org/TR/CSP3/; a script that some text managed to bring in has another hash and is not run.
    """
    allowed = " ".join(_hash(script) for script in (plotly(), own("page.js")))
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


@lru_cache(maxsize=8)
def templates(package: str = SHARED) -> Environment:
    """The templates of a package and, behind them, those that pages share.

    Every value is escaped unless it is Markup made here.
    """
    return Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in dict.fromkeys((package, SHARED))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inline(text: str) -> Markup:
    """The HTML specification's 4.12.1.3: these would change how the rest of an inline element is read."""
    lowered = text.lower()
    if "</script" in lowered or "</style" in lowered or "<!--" in text:
        raise ValueError("This text cannot stand inside a script or style element.")
    return Markup(text)  # noqa: S704  a file of the package


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
