"""What of a demand model lies in the lake: its parameters, and its forecasts in words."""

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
    """Where the parameters learned at a moment lie."""
    return f"{MODELS}{as_of:{STAMP}}.json"


def learned_at(key: str) -> datetime:
    """When the parameters were learned."""
    return datetime.strptime(key.removeprefix(MODELS), f"{STAMP}.json").replace(tzinfo=UTC)


def write_model(lake: Lake, as_of: datetime, model: DemandModel) -> str:
    """Keep the parameters, unless there are some of that moment; returns their key."""
    lake.put_if_absent(parameters_key(as_of), msgspec.json.encode(model.get_parameters()))
    return parameters_key(as_of)


def read_model(lake: Lake, key: str) -> DemandModel:
    """The model by its parameters. Raises NotInLake, and ValueError where they are of another version."""
    return DemandModel.from_parameters(msgspec.json.decode(lake.get(key)[0]))


def usable(lake: Lake, as_of: datetime, newest_rides: datetime, every: timedelta) -> str | None:
    """The key of parameters to go on with: of that moment, else younger than that and than all rides there are."""
    after = max(newest_rides, as_of - every)
    keys = [key for key in lake.keys(MODELS, after=f"{MODELS}{after:{STAMP}}.json") if key <= parameters_key(as_of)]
    if parameters_key(as_of) in lake.keys(parameters_key(as_of)):
        return parameters_key(as_of)
    return next((key for key in reversed(keys) if _is_current(lake, key)), None)


def write_words(lake: Lake, as_of: datetime, text: str) -> str:
    """Keep a forecast's words, unless they are there, and as the latest; returns their key."""
    key = f"{KEPT.prefix}{as_of:{STAMP}}/words.txt"
    lake.put_if_absent(key, text.encode())
    write_latest(lake, as_of, lake.get(key)[0].decode())
    return key


def write_latest(lake: Lake, as_of: datetime, text: str) -> None:
    """Write what there is to say now, unless something of a later moment is said."""
    try:
        said = lake.get(LATEST)[1].get(_AS_OF, "")
    except NotInLake:
        said = ""
    if said <= f"{as_of:{STAMP}}":
        lake.put(LATEST, text.encode(), {_AS_OF: f"{as_of:{STAMP}}"})


def write_page(lake: Lake, as_of: datetime, html: str, spoken: str) -> str:
    """Keep a forecast's page, and as the latest unless a later one is that; returns its key."""
    shelf = Shelf(lake, KEPT)
    shelf.put_latest(as_of, html, spoken)
    return shelf.put(f"{as_of:{STAMP}}", html)


def write_latest_page(lake: Lake, as_of: datetime, html: str) -> None:
    """Show a page as the latest without keeping it, unless one of a later moment is shown."""
    Shelf(lake, KEPT).put_latest(as_of, html)


def _is_current(lake: Lake, key: str) -> bool:
    try:
        read_model(lake, key)
    except ValueError:
        return False
    return True
