"""What stands around every page: the navigation over all systems' pages, and sentences where there is no page."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from bellwether.pages import embed, headers
from bellwether.pages.registry import Page, Registry


def framed(
    request: Request,
    page: Page | None,
    title: str,
    *,
    lines: Iterable[str] = (),
    links: Iterable[tuple[str, str]] = (),
    shown: str = "",
    status: int = 200,
) -> Response:
    """The navigation, and below it a kept page or a few sentences.

    :param page: which page's this is; None for none of them
    :param links: where to, below /bellwether, and what is to be read there
    :param shown: the address of what is shown in the frame, below /bellwether
    """
    registry: Registry = request.app.state.registry
    text = (
        embed.templates()
        .get_template("frame.html.j2")
        .render(
            title=title,
            here=page,
            pages=registry.pages,
            broken=registry.broken,
            # Relative, for Airflow may lie below a path of its own.
            root="../" * (request.scope["route"].path.count("/") - 1),
            lines=tuple(lines),
            links=tuple(links),
            shown=shown,
            style=embed.own("frame.css"),
        )
    )
    return HTMLResponse(text, status_code=status, headers=headers.FRAME)
