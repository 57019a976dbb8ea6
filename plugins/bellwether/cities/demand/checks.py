"""Validate rows of rides."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from bellwether.arrow import pa

LONGEST_PLACE_BYTES = 128
MOST_RIDES = 1_000_000
YEARS = (pd.Timestamp("2000-01-01", tz="UTC"), pd.Timestamp("2100-01-01", tz="UTC"))
WEATHER = ("temperature_c", "rain_mm", "wind_m_per_s")
_TIME = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [("city_id", pa.string()), ("place", pa.string()), ("hour_at", _TIME), ("rides", pa.int64())]
    + [(name, pa.float64()) for name in WEATHER]
)
_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"


def checked(batch: pa.RecordBatch, cities: Collection[str]) -> tuple[pa.Table, list[tuple[dict[str, Any], str]]]:
    """The valid rows with SCHEMA, and the rejected rows with their reasons.

    :param cities: the known city ids
    """
    raw: pd.DataFrame = batch.to_pandas()
    rows, faults = pd.DataFrame(index=raw.index), pd.Series("", index=raw.index, dtype=object)

    def fault(is_wrong: Any, reason: str) -> None:
        faults[is_wrong & (faults == "")] = reason

    rows["city_id"] = raw["city_id"].astype(object)
    fault(~rows["city_id"].isin(list(cities)), "city_id is not in cities.toml")
    rows["place"] = raw["place"].astype(object).fillna("") if "place" in raw else ""
    for place in rows["place"].unique():
        if reason := _place_fault(place):
            fault(rows["place"] == place, reason)
    rows["hour_at"] = _times(raw["hour_at"])
    fault(rows["hour_at"].isna(), "hour_at is not a time like 2026-11-01T06:00:00Z")
    fault(rows["hour_at"] != rows["hour_at"].dt.floor("h"), "hour_at is not the start of an hour (UTC)")
    fault(~rows["hour_at"].between(*YEARS), "hour_at is not in the years 2000 to 2099")
    rows["rides"], _ = _numbers(raw["rides"])
    is_count = rows["rides"].between(0, MOST_RIDES) & (rows["rides"] == np.floor(rows["rides"]))
    fault(~is_count, f"rides is not a whole number from 0 to {MOST_RIDES:,}")
    for name in WEATHER:
        rows[name], is_unread = _numbers(raw[name]) if name in raw else (np.nan, False)
        fault(is_unread | np.isinf(rows[name]), f"{name} is not a finite number")
    is_fit = faults == ""
    kept = rows[is_fit].astype({"rides": np.int64})
    rejects = [(_shown(raw.loc[index]), reason) for index, reason in faults[~is_fit].items()]
    return pa.Table.from_pandas(kept, SCHEMA, preserve_index=False), rejects


def _place_fault(place: str) -> str:
    if len(place.encode(errors="replace")) > LONGEST_PLACE_BYTES:
        return f"place is longer than {LONGEST_PLACE_BYTES} bytes"
    return "" if place.isprintable() else "place contains unprintable characters"


def _times(values: pd.Series) -> pd.Series:
    """Values as times in UTC, which is also the default without an offset; NaT for anything else."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values
    text = values.astype("string").str.strip()
    text = text.where(text.str.match(_ISO))
    return pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce").astype("datetime64[us, UTC]")


def _numbers(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Values as floats, NaN for missing values, and which values are not numbers."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype(np.float64), pd.Series(False, index=values.index)
    text = values.astype("string").fillna("").str.strip()
    numbers = (
        pd.to_numeric(text.where(text != ""), errors="coerce").astype("Float64").to_numpy(np.float64, na_value=np.nan)
    )
    parsed = pd.Series(numbers, index=values.index)
    is_unread = parsed.isna() & ~text.str.lower().isin(["", "nan", "null", "na"])
    return parsed, is_unread.astype(bool)


def _shown(row: pd.Series) -> dict[str, Any]:
    """A rejected row as JSON types."""
    return {str(name): None if pd.isna(value) else str(value)[:200] for name, value in row.items()}
