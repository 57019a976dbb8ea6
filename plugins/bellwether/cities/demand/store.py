"""Store demand models' parameters, forecasts' text and pages in the lake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from bellwether.cities.page import KEPT
from bellwether.lake import Lake
from bellwether.lake.bucket import NotInLake
from bellwether.models.demand import DemandModel
from bellwether.pages.shelf import Shelf
from bellwether.window import STAMP

MODELS = "models/demand/"
LATEST = f"{KEPT.prefix}latest.txt"
_AS_OF = "as_of"


def parameters_key(as_of: datetime) -> str:
    """The key of the parameters that were trained as of a time."""
    return f"{MODELS}{as_of:{STAMP}}.json"


def learned_at(key: str) -> datetime:
    """The time as of which the parameters were trained."""
    return datetime.strptime(key.removeprefix(MODELS), f"{STAMP}.json").replace(tzinfo=UTC)


def write_model(lake: Lake, as_of: datetime, model: DemandModel) -> str:
    """Store the parameters, unless parameters of that time exist; return their key."""
    lake.put_if_absent(parameters_key(as_of), msgspec.json.encode(model.get_parameters()))
    return parameters_key(as_of)


def read_model(lake: Lake, key: str) -> DemandModel:
    """The model with the stored parameters. Raises NotInLake, and ValueError if they are of another version."""
    return DemandModel.from_parameters(msgspec.json.decode(lake.get(key)[0]))


def usable(lake: Lake, as_of: datetime, newest_rides: datetime, every: timedelta) -> str | None:
    """The key of usable parameters: of that time, else parameters at most `every` old and newer than all rides."""
    after = max(newest_rides, as_of - every)
    keys = [key for key in lake.keys(MODELS, after=f"{MODELS}{after:{STAMP}}.json") if key <= parameters_key(as_of)]
    if parameters_key(as_of) in lake.keys(parameters_key(as_of)):
        return parameters_key(as_of)
    return next((key for key in reversed(keys) if _is_current(lake, key)), None)


def write_words(lake: Lake, as_of: datetime, text: str) -> str:
    """Store a forecast's text, unless it exists, and as the latest text; return its key."""
    key = f"{KEPT.prefix}{as_of:{STAMP}}/words.txt"
    lake.put_if_absent(key, text.encode())
    write_latest(lake, as_of, lake.get(key)[0].decode())
    return key


def write_latest(lake: Lake, as_of: datetime, text: str) -> None:
    """Store the latest text, unless the stored text is of a later time."""
    try:
        stored_at = lake.get(LATEST)[1].get(_AS_OF, "")
    except NotInLake:
        stored_at = ""
    if stored_at <= f"{as_of:{STAMP}}":
        lake.put(LATEST, text.encode(), {_AS_OF: f"{as_of:{STAMP}}"})


def write_page(lake: Lake, as_of: datetime, html: str, spoken: str) -> str:
    """Store a forecast's page, and as the latest page unless a later page exists; return its key."""
    shelf = Shelf(lake, KEPT)
    shelf.put_latest(as_of, html, spoken)
    return shelf.put(f"{as_of:{STAMP}}", html)


def write_latest_page(lake: Lake, as_of: datetime, html: str) -> None:
    """Store a page only as the latest page, unless the stored page is of a later time."""
    Shelf(lake, KEPT).put_latest(as_of, html)


def _is_current(lake: Lake, key: str) -> bool:
    try:
        read_model(lake, key)
    except ValueError:
        return False
    return True
