"""Reading pages through the hook, for tests of what is told of cities."""

from typing import Any

from bellwether.hooks.api import ApiHook
from bellwether.places import read_cities
from bellwether.staging.rows import stage
from bellwether.window import Window

CITIES = tuple(read_cities())


def staged(
    hook: ApiHook, stream: str, window: Window, cities: tuple[str, ...] | list[str] = CITIES
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[str]]]:
    """Rows of the stream by city, and the reasons of what was rejected."""
    of = hook.source.streams_by_name()[stream]
    rows, reasons = {}, {}
    for city in cities:
        (page,) = hook.read(of, city, window)
        found = stage(of, b"".join(record + b"\n" for record in page.records), page.reading)
        rows[city] = found.frame.to_pylist()
        reasons[city] = [reject.reason for reject in found.rejects]
    return rows, {city: found for city, found in reasons.items() if found}
