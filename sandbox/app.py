"""The sandbox as one app: every vendor under its own name, and the controls under /_sandbox."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from sandbox.answers import Refused
from sandbox.credentials import Credentials
from sandbox.gate import Gate
from sandbox.house import Endpoint, House, Vendor
from sandbox.limits import Limits
from sandbox.misbehave import Misbehaviour
from sandbox.vendors import VENDORS
from sandbox.world import World

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
CONTROL_HEADER = "X-Sandbox-Key"
"""Carries the `control_key` of credentials.json; a page in a browser cannot send it to another origin unasked."""


def create_app(world: World, credentials: Credentials, limits: Limits | None = None) -> FastAPI:
    """The simulated vendors over `world`; `app.state.house` is what they share."""
    app = FastAPI(title="bellwether sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    house = House(world, credentials, limits or Limits())
    vendors = {kind.name: kind(house) for kind in VENDORS}
    for vendor in vendors.values():
        _mount(app, vendor)
    app.include_router(_controls(house))
    app.add_route("/_sandbox/health", lambda request: Response("ok"), methods=["GET"])
    app.add_middleware(Gate, house=house, vendors=vendors)
    app.state.house = house
    return app


def _mount(app: FastAPI, vendor: Vendor) -> None:
    for method, path, endpoint in vendor.routes():
        app.add_route(f"/{vendor.name}{path}", _answering(vendor, endpoint), methods=[method])
    app.add_route(f"/{vendor.name}/{{path:path}}", _answering(vendor, vendor.lost), methods=METHODS)


def _answering(vendor: Vendor, endpoint: Endpoint) -> Callable[[Request], Any]:
    async def answering(request: Request) -> Response:
        request.state.body = await request.body()
        try:
            vendor.admit(request)
            answer = endpoint(request)
        except Refused as refused:
            answer = refused.answer
        return vendor.stamp(request, answer)

    return answering


class Misbehave(BaseModel):
    """See sandbox.misbehave.Misbehaviour."""

    vendor: str
    kind: str
    path: str = ""
    count: int = 1
    after: int = 0
    seconds: int | None = None
    field: str | None = None


class Moment(BaseModel):
    """When the world should stand still; null lets it run."""

    now: AwareDatetime | None = None


def _controls(house: House) -> APIRouter:
    def only_with_the_key(request: Request) -> None:
        key = request.headers.get(CONTROL_HEADER, "")
        if not secrets.compare_digest(key.encode(), house.credentials.control_key.encode()):
            raise HTTPException(
                401, f"the controls ask for {CONTROL_HEADER}: control_key in the sandbox's credentials.json"
            )

    controls = APIRouter(prefix="/_sandbox", dependencies=[Depends(only_with_the_key)])

    @controls.post("/misbehave")
    def misbehave(asked: Misbehave) -> dict[str, Any]:
        try:
            misbehaviour = Misbehaviour(**asked.model_dump())
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        house.misbehaviours.add(misbehaviour)
        return asdict(misbehaviour)

    @controls.delete("/misbehave")
    def behave() -> dict[str, Any]:
        house.misbehaviours.clear()
        return {}

    @controls.get("/requests")
    def requests() -> list[dict[str, Any]]:
        return list(house.requests)

    @controls.delete("/requests")
    def forget() -> dict[str, Any]:
        house.requests.clear()
        return {}

    @controls.post("/clock")
    def clock(moment: Moment) -> dict[str, datetime]:
        house.world.clock.frozen = moment.now
        return {"now": house.world.clock.now()}

    return controls
