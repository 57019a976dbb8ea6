"""A kept page: one HTML file that asks no other host for anything, with its charts, styles and scripts inside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bellwether.pages import embed
from bellwether.pages.charts import Figure
from bellwether.pages.colours import Theme


def document(package: str, template: str, figures: Iterable[Figure], theme: Theme, **values: Any) -> str:
    """The page from a template that extends `document.html.j2`.

    :param package: whose `templates` folder has the template and, as `<template>.css`, its style
    :param template: its name without an ending
    :param figures: what the page's script draws: the template places each with the macro `chart`
    :param theme: the colours that the figures name
    """
    return (
        embed.templates(package)
        .get_template(f"{template}.html.j2")
        .render(
            figures=embed.data({figure.name: figure.drawing for figure in figures}),
            theme=embed.data(theme),
            plotly=embed.plotly(),
            script=embed.own("page.js"),
            styles=(embed.own("page.css"), embed.own(f"{template}.css", package)),
            policy=embed.policy(),
            **values,
        )
    )
