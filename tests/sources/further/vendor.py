"""The made-up vendor of air_quality.py: hourly figures that depend on place and hour, by whole days, in pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI, Header, HTTPException, Query

TOKEN = "a-token-that-nobody-may-see"
PAGE = 10
HOUR = timedelta(hours=1)


def no2(latitude: float, longitude: float, at: datetime) -> float:
    """What was measured there then, in micrograms a cubic metre."""
    return round(latitude + longitude / 100 + at.hour / 10, 3)


def create_app(down: tuple[float, float, datetime]) -> FastAPI:
    """The vendor's API; at one place (latitude, longitude) the station is down for the hour from a moment."""
    app = FastAPI()
    app.state.asked = []

    @app.get("/v1/measurements")
    def measurements(
        latitude: float,
        longitude: float,
        since: str = Query(alias="from"),
        to: str = Query(),
        after: int = 0,
        authorization: str = Header(""),
    ) -> dict[str, Any]:
        if authorization != f"Bearer {TOKEN}":
            raise HTTPException(401, "no such token")
        app.state.asked.append((latitude, longitude, since, to, after))
        first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (since, to))
        hours = [first + number * HOUR for number in range((last - first) // HOUR + 24)]
        data = [_record(latitude, longitude, at, (latitude, longitude, at) == down) for at in hours]
        following = after + PAGE if after + PAGE < len(data) else None
        return {"data": data[after : after + PAGE], "next": following}

    return app


def _record(latitude: float, longitude: float, at: datetime, is_down: bool) -> dict[str, Any]:
    """Fine particles are not measured before six o'clock."""
    particles = {"fine": 12} if at.hour >= 6 else {}
    figure = "down" if is_down else no2(latitude, longitude, at)
    return {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "particles": particles, "gases": {"no2": figure}}
