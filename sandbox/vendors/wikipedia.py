"""The English Wikipedia's pages of cities, for clients that say who they are (Wikimedia's Robot policy)."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.account import Account
from sandbox.answers import Refused
from sandbox.house import Endpoint, House
from sandbox.limits import Budget
from sandbox.vendors.wikipedia_pages import TWISTS, city_page, city_titled, disambiguation, revised_at

NAMELESS = ("python-", "curl", "wget", "java", "go-http", "okhttp", "libwww", "mozilla", "bellwether-tests")
WHO = "Please set a user-agent and respect our robot policy https://w.wiki/4wJS. See also T400119.\n"
TOO_MANY = "You are making too many requests. Please respect our robot policy https://w.wiki/4wJS.\n"
NAMESAKES = ("Mercury", "Springfield")
ROBOTS = """# Sandbox: who may read what.
User-agent: greedybot
Disallow: /

User-agent: *
Allow: /w/load.php?
Disallow: /w/
Disallow: /api/
Disallow: /wiki/Special:
Disallow: /wiki/Special%3A
"""


class Wikipedia:
    """Pages as they stand by the world's clock."""

    name = "wikipedia"
    account = Account(
        extra={"contact": "sandbox@example.com", "requests_per_second": 10},
        # Wikimedia gives no figure that always holds.
        limits={"wikipedia_per_second": 10},
    )
    spoilings = ()

    def __init__(self, house: House) -> None:
        self.house = house
        self.second = Budget(house.limits.wikipedia_per_second, 1)

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """Articles, and what programs may read of them."""
        return [("GET", "/wiki/{title:path}", self.article), ("GET", "/robots.txt", self.robots)]

    def admit(self, request: Request) -> None:
        """403 for clients that do not say who they are; 429 for more than a second's requests."""
        agent = request.headers.get("user-agent", "").strip().lower()
        if not agent or agent.startswith(NAMELESS):
            raise Refused(_text(WHO, 403))
        if not self.second.remaining:
            raise Refused(self._too_many(self.second.reset_seconds))
        self.second.spend()

    def stamp(self, request: Request, answer: Response) -> Response:
        """What its caches add."""
        answer.headers["Vary"] = "Accept-Encoding,Cookie,Authorization"
        return answer

    def lost(self, request: Request) -> Response:
        """404."""
        return _html("<!DOCTYPE html><html><title>Not Found</title><h1>Not Found</h1></html>", 404)

    def fault(self, kind: str, seconds: int) -> Response:
        """What the service says when it will not answer; it has no accounts whose token could expire."""
        if kind in ("429", "quota", "secondary_limit"):
            return self._too_many(seconds)
        if kind in ("forbidden", "expired_token"):
            return _text(WHO, 403)
        if kind == "gone":
            return self.lost_page("a page")
        return _html("<!DOCTYPE html><html><title>Wikimedia Error</title><h1>Error</h1></html>", int(kind))

    def lost_page(self, title: str) -> Response:
        """404 for a title that nobody has written about."""
        return _html(f"<!DOCTYPE html><html><h1 id='firstHeading'>{title}</h1>There is no such page.</html>", 404)

    def article(self, request: Request) -> Response:
        """GET /wiki/{title}: spaces in titles are underscores; an unchanged page is 304."""
        written = request.path_params["title"]
        if " " in written:
            return RedirectResponse(request.url.path.replace(" ", "_"), 301)
        title = written.replace("_", " ")
        now = self.house.world.clock.now()
        if title in NAMESAKES:
            return _html(disambiguation(title, now))
        city = city_titled(title)
        if city is None:
            return self.lost_page("No page")
        twist = next((twist for twist in TWISTS if request.scope.get(twist)), None)
        if twist:
            return _html(city_page(city, now, twist))
        changed_at = revised_at(city, now)
        if _has_it_since(request, changed_at):
            return Response(status_code=304, headers=_validators(changed_at))
        return _html(city_page(city, now), headers=_validators(changed_at))

    def robots(self, request: Request) -> Response:
        """GET /robots.txt."""
        closed = "User-agent: *\nDisallow: /\n"
        return _text(closed if request.scope.get("closed_to_robots") else ROBOTS)

    def _too_many(self, seconds: int) -> Response:
        return _text(TOO_MANY, 429, {"Retry-After": str(seconds)})


def _has_it_since(request: Request, changed_at: datetime) -> bool:
    try:
        return parsedate_to_datetime(request.headers["if-modified-since"]) >= changed_at
    except (KeyError, ValueError):
        return False


def _validators(changed_at: datetime) -> dict[str, str]:
    return {"Last-Modified": format_datetime(changed_at, usegmt=True)}


def _text(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, media_type="text/plain")


def _html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, media_type="text/html")
