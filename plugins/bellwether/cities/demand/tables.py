"""Backtests, forecasts and advice as rows of append-only tables."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import pandas as pd

from bellwether.arrow import pa
from bellwether.models.advice import Advice
from bellwether.models.backtest import Errors
from bellwether.models.demand import FACTORS, DemandModel
from bellwether.sql import render
from bellwether.warehouse.database import Batch, Warehouse

_TIME = pa.timestamp("us", tz="UTC")
_BACKTESTS = {
    "as_of": _TIME, "city_id": pa.string(), "place": pa.string(), "method": pa.string(), "hours": pa.int64(),
    "folds": pa.int64(), "mae": pa.float64(), "naive_mae": pa.float64(), "rmse": pa.float64(),
    "bias": pa.float64(), "rides_mean": pa.float64(), "coverage_80": pa.float64(),
    "foretold_share": pa.float64(), "parameters_key": pa.string(),
}  # fmt: skip
_FORECASTS = {
    "made_at": _TIME, "city_id": pa.string(), "place": pa.string(), "hour_at": _TIME, "rides": pa.float64(),
    "rides_low": pa.float64(), "rides_high": pa.float64(), "rides_usual": pa.float64(), "method": pa.string(),
    **dict.fromkeys(FACTORS, pa.float64()),
}  # fmt: skip
_ADVICE = {
    "made_at": _TIME, "city_id": pa.string(), "place": pa.string(), "starts_at": _TIME, "ends_at": _TIME,
    "scooters": pa.int64(), "rides": pa.float64(), "rides_usual": pa.float64(), "rides_low": pa.float64(),
    "rides_high": pa.float64(), "why": pa.string(),
}  # fmt: skip
_LONGEST_WHY = 1000


def newest_rides(warehouse: Warehouse, until: datetime) -> datetime | None:
    """The time at which the newest rides before `until` were loaded; None if there are none."""
    rows = warehouse.select(render("demand/newest_rides.sql"), {"until": until})
    return rows[0][0] if rows else None


def append_backtest(warehouse: Warehouse, as_of: datetime, model: DemandModel, parameters_key: str) -> int:
    """Append a model's backtest by place and overall, unless rows of that time exist. Return the rows added."""
    tested = {("", ""): model.backtest.overall, **model.backtest.places}
    rows = [
        {"as_of": as_of, "city_id": city, "place": place, "parameters_key": parameters_key} | _errors(errors)
        for (city, place), errors in tested.items()
        if errors
    ]
    frame = pa.Table.from_pylist(rows, pa.schema(list(_BACKTESTS.items())))
    return warehouse.append(Batch("demand_backtests", ("as_of",), tuple(_BACKTESTS), [frame]))[0]


def append_forecast(
    warehouse: Warehouse, made_at: datetime, scored: pd.DataFrame, advice: list[Advice]
) -> tuple[int, int]:
    """Append forecasts and advice, all or nothing, unless rows of that time exist. Return the rows added to each."""
    frame = pa.Table.from_pandas(
        scored.assign(made_at=pd.Timestamp(made_at)), pa.schema(list(_FORECASTS.items())), preserve_index=False
    )
    rows = [{**asdict(piece), "made_at": made_at, "why": piece.why[:_LONGEST_WHY]} for piece in advice]
    advised = pa.Table.from_pylist(rows, pa.schema(list(_ADVICE.items())))
    forecasts, pieces = warehouse.append(
        Batch("demand_forecasts", ("made_at",), tuple(_FORECASTS), [frame]),
        Batch("demand_advice", ("made_at",), tuple(_ADVICE), [advised]),
    )
    return forecasts, pieces


def forecasts_of(warehouse: Warehouse, made_at: datetime) -> pd.DataFrame:
    """A forecast's places in the table: city_id, place, method, hour_count."""
    names, rows = warehouse.query(render("demand/forecasts.sql"), {"made_at": made_at})
    return pd.DataFrame.from_records(rows, columns=names)


def advice_of(warehouse: Warehouse, made_at: datetime) -> list[dict[str, Any]]:
    """A forecast's advice in the table."""
    names, rows = warehouse.query(render("demand/advice.sql"), {"made_at": made_at})
    return [dict(zip(names, row, strict=True)) for row in rows]


def _errors(errors: Errors) -> dict[str, Any]:
    """The errors that are columns of the table, by column."""
    return {name: value for name, value in asdict(errors).items() if name in _BACKTESTS}
