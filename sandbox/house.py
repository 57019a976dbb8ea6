"""What the simulated vendors live on: one world, one set of accounts and limits, one log of requests."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.misbehave import Misbehaviours, Spoiling
from sandbox.past import Past
from sandbox.world import World

REMEMBERED_REQUESTS = 20_000

Endpoint = Callable[[Request], Response]


@dataclass
class House:
    """Shared by the vendors of one app; `in_flight` counts the requests each vendor is answering now."""

    world: World
    credentials: Credentials
    limits: Limits = field(default_factory=Limits)
    misbehaviours: Misbehaviours = field(default_factory=Misbehaviours)
    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REMEMBERED_REQUESTS))
    in_flight: Counter[str] = field(default_factory=Counter)

    @cached_property
    def past(self) -> Past:
        """The world's history, kept between requests."""
        return Past(self.world)


class Vendor(Protocol):
    """A simulated service, mounted under /<name>."""

    name: ClassVar[str]
    account: ClassVar[Account]
    spoilings: ClassVar[tuple[Spoiling, ...]]

    def __init__(self, house: House) -> None: ...

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """(method, path below the mount, what answers it), most particular first.

        An endpoint finds the request's body in `request.state.body`.
        """
        ...

    def admit(self, request: Request) -> None:
        """Check the account and its limits; raises Refused."""
        ...

    def stamp(self, request: Request, answer: Response) -> Response:
        """`answer` with the headers every answer of this vendor carries."""
        ...

    def lost(self, request: Request) -> Response:
        """The answer for a path or method the vendor does not have."""
        ...

    def fault(self, kind: str, seconds: int) -> Response:
        """The vendor's own way to say `kind`, one of misbehave.SAID_BY_VENDOR: try again in `seconds`."""
        ...
