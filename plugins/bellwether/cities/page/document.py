"""A forecast of demand as the page, and the page that says what is needed for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bellwether.amounts import count, moment, percent, sentence_of, with_minus
from bellwether.cities.demand.words import local_stretch, place_name
from bellwether.cities.page import charts
from bellwether.cities.page.reading import CityDemand, Place, Row
from bellwether.cities.page.sketch import HEIGHT, WIDTH, Sketch, sketch_of
from bellwether.models.backtest import Errors
from bellwether.models.demand import DemandModel
from bellwether.models.naive import METHOD as NAIVE
from bellwether.pages.charts import Figure
from bellwether.pages.document import document
from bellwether.pages.tables import Table, table_of

STRONGEST = 8
_TEMPLATES = "bellwether.cities.page"


@dataclass(frozen=True, slots=True)
class CitySection:
    """What the page shows of one city."""

    anchor: str
    demand: CityDemand
    sketch: Sketch | None
    figures: tuple[tuple[Place, Figure], ...]
    advice: Table
    errors: Table


def document_of(made_at: datetime, model: DemandModel, cities: Sequence[CityDemand]) -> str:
    """The page of a forecast.

    :param cities: what `reading.demand_of` read of it
    """
    sections = [_section(city, number) for number, city in enumerate(cities, start=1)]
    advice = sorted((row for city in cities for row in city.advice), key=lambda row: -abs(row["scooters"]))
    return document(
        _TEMPLATES,
        "demand",
        [figure for section in sections for _, figure in section.figures],
        charts.theme(),
        made_at=moment(made_at, "UTC"),
        horizon_days=round(model.backtest.horizon.total_seconds() / 86_400),
        hours_learned=count(model.hours),
        learned=(_day(model.since), _day(model.until)),
        overall=_overall(model.backtest.overall),
        sections=sections,
        strongest=[_strong(row) for row in advice[:STRONGEST]],
        more=len(advice) - STRONGEST,
        left_out=[(place_name(*place), why) for place, why in sorted(model.left_out.items())],
        places=sum(len(city.places) for city in cities),
        sketch_size=(WIDTH, HEIGHT),
        count=count,
    )


def nothing_document(as_of: datetime, note: str) -> str:
    """The page while there is no forecast. note: paragraphs that say why, and what to do."""
    return document(
        _TEMPLATES, "no_demand", (), charts.theme(), as_of=moment(as_of, "UTC"), paragraphs=note.strip().split("\n\n")
    )


def spoken(cities: Sequence[CityDemand]) -> str:
    """The strongest advice in sentences without signs, fit to be read aloud."""
    advice = [row for city in cities for row in city.advice]
    if not advice:
        return "No hour differs enough from the usual to move scooters."
    said = []
    for sign, what in ((1, "more scooters are wanted than usual"), (-1, "fewer scooters are needed than usual")):
        row = max(advice, key=lambda row: sign * row["scooters"])
        if sign * row["scooters"] > 0:
            where = place_name(row["city_id"], row["place"])
            said.append(f"{where}, {local_stretch(row).replace('-', ' to ')}: {abs(row['scooters'])} {what}")
    return " ".join(sentence_of(text) for text in said)


def _section(demand: CityDemand, number: int) -> CitySection:
    anchor = f"city-{number}"
    figures = [
        (place, charts.hours_figure(place, demand.zone, f"{anchor}-place-{index}"))
        for index, place in enumerate(demand.places, start=1)
    ]
    advice = [_advice(row, demand) for row in demand.advice]
    head = ("place", f"local time, {demand.zone.key}", "scooters", "rides", "usual", "why")
    return CitySection(
        anchor, demand, sketch_of(demand), tuple(figures),
        table_of("Scooters to bring (+), or that may be taken away (\N{MINUS SIGN})", head, advice),
        _errors(demand.places),
    )  # fmt: skip


def _advice(row: Row, demand: CityDemand) -> tuple[str, ...]:
    label = next((place.label for place in demand.places if place.id == row["place"]), row["place"])
    rides, usual = (count(round(row[name])) for name in ("rides", "rides_usual"))
    return label, local_stretch(row), _scooters(row), rides, usual, with_minus(row["why"])


def _strong(row: Row) -> dict[str, Any]:
    return {
        "scooters": _scooters(row),
        "more": row["scooters"] > 0,
        "where": place_name(row["city_id"], row["place"]),
        "when": local_stretch(row),
        "rides": count(round(row["rides"])),
        "usual": count(round(row["rides_usual"])),
        "why": with_minus(row["why"]),
    }


def _scooters(row: Row) -> str:
    return with_minus(f"{row['scooters']:+d}")


def _errors(places: Iterable[Place]) -> Table:
    head = ("place", "rides an hour", "off on average", "a week before", "difference", "within the interval", "by")
    rows = [_error(place.label, place.errors) for place in places if place.errors]
    return table_of("Backtest: rides an hour off on average, beside the same hour a week before", head, rows)


def _error(label: str, errors: Errors) -> tuple[str, ...]:
    method = "the week before" if errors.method == NAIVE else "the model"
    held = percent(errors.coverage_80)
    return label, count(errors.rides_mean), f"{errors.mae:.2f}", f"{errors.naive_mae:.2f}", _less(errors), held, method


def _overall(errors: Errors | None) -> dict[str, str] | None:
    if errors is None:
        return None
    return {
        "mae": f"{errors.mae:.2f}",
        "naive": f"{errors.naive_mae:.2f}",
        "less": _less(errors),
        "mean": count(round(errors.rides_mean, 1)),
        "held": percent(errors.coverage_80),
        "foretold": percent(errors.foretold_share),
        "folds": str(errors.folds),
    }


def _less(errors: Errors) -> str:
    """How much smaller the error is than the naive forecast's."""
    if not errors.naive_mae:
        return "none to compare"
    less = 1 - errors.mae / errors.naive_mae
    return f"{percent(abs(less))} {'less' if less >= 0 else 'more'}"


def _day(moment_text: str | None) -> str:
    return moment_text[:10] if moment_text else "not known"
