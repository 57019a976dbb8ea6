"""An infobox as the templates render it, older and newer; markup documented at Template:Infobox_settlement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

NBSP, THIN, DASH = "\u00a0", "\u2009", "\u2013"


@dataclass(frozen=True, slots=True)
class Style:
    """How a template writes: the table's classes, and whether cells have classes, too (since 2021)."""

    table: str
    has_cell_classes: bool

    def label(self) -> str:
        """The attributes of a label's cell."""
        return ' scope="row" class="infobox-label"' if self.has_cell_classes else ' scope="row"'

    def heading(self) -> str:
        """The attributes of a heading's cell."""
        return (
            ' colspan="2" class="infobox-header"' if self.has_cell_classes else ' colspan="2" style="text-align:left"'
        )

    def data(self) -> str:
        """The attributes of a value's cell."""
        return ' class="infobox-data"' if self.has_cell_classes else ""


NEWER = Style("infobox ib-settlement vcard", has_cell_classes=True)
OLDER = Style("infobox geography vcard", has_cell_classes=False)
FRENCH = Style("infobox vcard", has_cell_classes=True)


def footnote(number: int) -> str:
    """A reference mark, which readers see as [1]."""
    bracket = '<span class="cite-bracket">{}</span>'
    left, right = bracket.format("&#91;"), bracket.format("&#93;")
    name = f"cite_ref-{number}"
    return f'<sup id="{name}" class="reference"><a href="#cite_note-{number}">{left}{number}{right}</a></sup>'


def table(style: Style, name: str, rows: Iterable[str]) -> str:
    """The whole infobox."""
    above = ' class="infobox-above"' if style.has_cell_classes else ' style="font-size:1.25em"'
    title = f'<tr><th colspan="2"{above}><div class="fn org">{escape(name)}</div></th></tr>'
    return f'<table class="{style.table}" style="width:22em"><tbody>{title}{"".join(rows)}</tbody></table>'


def single(style: Style, label: str, value: str) -> str:
    """A row that stands by itself."""
    return f'<tr class="mergedtoprow"><th{style.label()}>{label}</th><td{style.data()}>{value}</td></tr>'


def below(style: Style, label: str, value: str) -> str:
    """A row that goes on with the one above, without a bullet."""
    return f'<tr class="mergedrow"><th{style.label()}>{label}</th><td{style.data()}>{value}</td></tr>'


def block(style: Style, label: str, rows: Iterable[tuple[str, str]], note: str = "") -> str:
    """A heading, with a note in brackets or a footnote after it, and the rows below it, each with its bullet."""
    if note and style.has_cell_classes:
        note = f'<div class="ib-settlement-fn"><span class="nowrap">&#8239;</span>{note}</div>'
    elif note:
        note = f'<span style="font-weight:normal">&#160;{note}</span>'
    pairs = list(rows)
    lines = [
        f'<tr class="{"mergedbottomrow" if number == len(pairs) else "mergedrow"}">'
        f"<th{style.label()}>{NBSP}•{NBSP}{name}</th><td{style.data()}>{value}</td></tr>"
        for number, (name, value) in enumerate(pairs, start=1)
    ]
    return f'<tr class="mergedtoprow"><th{style.heading()}>{label}{note}</th></tr>{"".join(lines)}'


def coordinates(style: Style, latitude: float, longitude: float, *, only_decimal: bool = False) -> str:
    """The row with a pair of coordinates: degrees and minutes, and decimal ones that a reader does not see."""
    cell = ' class="infobox-full-data"' if style.has_cell_classes else ' style="text-align:center"'
    pair = pair_of(latitude, longitude, only_decimal=only_decimal)
    return f'<tr class="mergedtoprow"><td colspan="2"{cell}>Coordinates: {pair}</td></tr>'


def pair_of(latitude: float, longitude: float, *, only_decimal: bool = False) -> str:
    """A pair of coordinates as {{coord}} renders it."""
    hidden = f'<span class="geo">{latitude:.5f}; {longitude:.5f}</span>'
    if only_decimal:
        return f'<span class="geo-default">{hidden}</span>'
    dms = "".join(
        f'<span class="{name}">{_dms(value, halves)}</span> '
        for name, value, halves in (("latitude", latitude, "NS"), ("longitude", longitude, "EW"))
    )
    dec = f"{_dec(latitude, 'NS')} {_dec(longitude, 'EW')}"
    return (
        f'<span class="geo-inline"><span class="geo-default"><span class="geo-dms">{dms}</span></span>'
        '<span class="geo-multi-punct">&#xfeff; / &#xfeff;</span>'
        f'<span class="geo-nondefault"><span class="geo-dec">{dec}</span>'
        f'<span style="display:none">&#xfeff; / {hidden}</span></span></span>'
    )


def square_km(area: float, *, miles_first: bool = False) -> str:
    """An area in both units."""
    metric = f"{area:,.2f}{NBSP}km<sup>2</sup>"
    imperial = f"{area / 2.589988:,.2f}{NBSP}sq{NBSP}mi"
    return f"{imperial} ({metric})" if miles_first else f"{metric} ({imperial})"


def metres(height: float, *, feet_first: bool = False) -> str:
    """A height in both units."""
    metric, imperial = f"{height:g}{NBSP}m", f"{height / 0.3048:,.0f}{NBSP}ft"
    return f"{imperial} ({metric})" if feet_first else f"{metric} ({imperial})"


def density(people: int, area: float) -> str:
    """People on a square kilometre, as infoboxes have it below the population."""
    return f"{people / area:,.0f}/km<sup>2</sup> ({people / area * 2.589988:,.0f}/sq{NBSP}mi)"


def _dms(value: float, halves: str) -> str:
    seconds = round(abs(value) * 3600)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}°{minutes % 60:02d}\u2032{seconds:02d}\u2033{halves[value < 0]}"


def _dec(value: float, halves: str) -> str:
    return f"{abs(value):.5f}°{halves[value < 0]}"
