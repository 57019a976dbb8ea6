"""The pages that systems register: a system's module `page` has a `PAGE`, and being in its folder is enough.

Airflow's sidebar, the routes and the navigation follow from what is found. This module and every `PAGE` are imported
in each of Airflow's processes, so what draws a page is named as text here and imported at a request.
"""

from __future__ import annotations

import logging
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import bellwether

MODULE, NAME = "page", "PAGE"
_LONGEST_REASON = 300
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a page keeps in the lake: self-contained HTML files that a DAG writes, by `pages.shelf`.

    :param prefix: the folder in the lake; below it `<id>/<file>` for each, and `latest.html`
    :param dag: the DAG that writes them
    :param one: what a single one is called, for instance "report"
    :param subject: what the status says the moment of, for instance "The verdicts"
    :param nothing: what to say while there is none, a sentence
    :param advice: what to do then, a sentence each
    """

    prefix: str
    file: str
    dag: str
    one: str
    subject: str
    nothing: str
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a system.

    :param name: one lower-case word: its route is `/bellwether/<name>`, in Airflow's UI `/plugin/<name>`
    :param title: how the sidebar and the navigation call it
    :param kept: the HTML files that are shown, the newest first; their routes follow from it
    :param routes: further routes below `/bellwether`, each with what answers a request, as "module:function"
    :param position: pages are in this order, then by title
    """

    name: str
    title: str
    kept: Kept | None = None
    routes: Mapping[str, str] = field(default_factory=dict)
    position: int = 50
    in_sidebar: bool = True


@dataclass(frozen=True, slots=True)
class Broken:
    """A system whose page cannot be shown, and why."""

    system: str
    reason: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The pages that were found, in the order of the navigation, and those that could not be imported."""

    pages: tuple[Page, ...]
    broken: tuple[Broken, ...]


def find() -> Registry:
    """The pages of all systems; one that does not import takes no other away."""
    pages: dict[str, Page] = {}
    broken = []
    for system in _systems(bellwether.__path__):
        try:
            page = _page(system)
            if page.name in pages:
                raise ValueError(f"there is another page named '{page.name}'")
            pages[page.name] = page
        # Whatever a page raises when it is imported, the others are shown.
        except Exception as error:
            _log.exception("The page of '%s' cannot be shown.", system)
            broken.append(Broken(system, f"{type(error).__name__}: {error}"[:_LONGEST_REASON]))
    return Registry(tuple(sorted(pages.values(), key=lambda page: (page.position, page.title))), tuple(broken))


def sidebar(pages: Iterable[Page]) -> list[dict[str, str]]:
    """Airflow's `external_views` for the pages: https://airflow.apache.org/docs/apache-airflow/3.3.1/howto/custom-view-plugin.html."""
    return [
        {"name": page.title, "href": f"bellwether/{page.name}", "destination": "nav", "url_route": page.name}
        for page in pages
        if page.in_sidebar
    ]


def _systems(folders: Iterable[str]) -> Iterator[str]:
    """The packages that have a module `page`."""
    for folder in folders:
        for package in pkgutil.iter_modules([folder]):
            inside = pkgutil.iter_modules([str(Path(folder) / package.name)])
            if package.ispkg and any(module.name == MODULE for module in inside):
                yield package.name


def _page(system: str) -> Page:
    page = getattr(import_module(f"{bellwether.__name__}.{system}.{MODULE}"), NAME, None)
    if not isinstance(page, Page):
        raise TypeError(f"the module has no {NAME} of the type Page")
    return page
