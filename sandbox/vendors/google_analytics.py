"""The Google Analytics Data API v1beta (https://developers.google.com/analytics/devguides/reporting/data/v1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.answers import Refused, bearer_token, json_answer, root_url
from sandbox.house import Endpoint, House
from sandbox.misbehave import Spoiling
from sandbox.vendors import google_analytics_errors as errors
from sandbox.vendors.google_analytics_figures import METRICS, PROPERTIES, Counts, Property
from sandbox.vendors.google_analytics_quota import Quotas, cost
from sandbox.vendors.google_analytics_report import realtime, report
from sandbox.vendors.google_analytics_request import TIME_DIMENSIONS, Ask, read_realtime, read_report
from sandbox.vendors.google_analytics_token import TOKEN_PATH, Tokens, new_service_account, token_uri


class GoogleAnalytics:
    """Two properties over the world's traffic, and the token endpoint their account goes to."""

    name = "google_analytics"
    account = Account(
        kept_as="service_account",
        make=new_service_account,
        at=lambda account, root_url: account | {"token_uri": token_uri(root_url)},
        field="keyfile_dict",
        extra={"properties": ["250000001"]},
        # Tokens of one property a day, an hour, and an hour and project; requests at once; the events above which a
        # report is sampled; the rows above which the rest is folded into "(other)".
        limits={
            "google_tokens_per_day": 200_000,
            "google_tokens_per_hour": 40_000,
            "google_tokens_per_project_per_hour": 14_000,
            "google_concurrent": 10,
            "google_page": 250_000,
            "google_sampling_events": 10_000_000,
            "google_cardinality": 100_000,
        },
    )
    spoilings = (Spoiling(r"^/google_analytics/.*:run", "rows", "metricValues.0.value", "many"),)

    def __init__(self, house: House) -> None:
        self.house = house
        self.tokens = Tokens(house.credentials)
        self.counts = Counts(house.world)
        self.quotas = {number: Quotas(house.limits) for number in PROPERTIES}

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """The token endpoint and what the API can do with one property."""
        one = "/v1beta/properties/{property}"
        return [
            ("POST", "/token", self.token),
            ("POST", one + ":runReport", self.run_report),
            ("POST", one + ":batchRunReports", self.batch_run_reports),
            ("POST", one + ":runRealtimeReport", self.run_realtime_report),
            ("GET", one + "/metadata", self.metadata),
        ]

    def admit(self, request: Request) -> None:
        """401 in one of two wordings; 429 for too many at once. Wrong paths are told before any of it."""
        if request.url.path == TOKEN_PATH or "property" not in request.path_params:
            return
        token = bearer_token(request)
        if token is None:
            raise Refused(errors.missing_credential(_method(request)))
        if not self.tokens.is_valid(token):
            raise Refused(errors.invalid_credential())
        if self.house.in_flight[self.name] > self.house.limits.google_concurrent:
            raise Refused(errors.exhausted(errors.CONCURRENT))

    def stamp(self, request: Request, answer: Response) -> Response:
        """Nothing is told in headers here."""
        return answer

    def lost(self, request: Request) -> Response:
        """404 as HTML."""
        return errors.not_found()

    def fault(self, kind: str, seconds: int) -> Response:
        """What the service says when it will not answer; it never says how long to wait."""
        if kind in ("429", "secondary_limit"):
            return errors.exhausted(errors.CONCURRENT)
        if kind == "quota":
            return errors.exhausted(errors.PROJECT_HOUR)
        if kind == "expired_token":
            return errors.invalid_credential()
        if kind == "forbidden":
            return errors.no_permission()
        if kind == "gone":
            return errors.not_found()
        if kind == "500":
            return errors.error(500, "INTERNAL", "Internal error encountered.")
        return Response(b"<html><title>502 Server Error</title></html>", int(kind), media_type="text/html")

    def token(self, request: Request) -> Response:
        """POST /token: RFC 7523."""
        return self.tokens.exchange(request.state.body, token_uri(root_url(request)))

    def run_report(self, request: Request) -> Response:
        """POST :runReport."""
        return json_answer(self._report(request, _property(request), request.state.body))

    def batch_run_reports(self, request: Request) -> Response:
        """POST :batchRunReports, at most five."""
        of = _property(request)
        try:
            wanted = json.loads(request.state.body)["requests"]
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(errors.invalid("The batch has no requests.")) from error
        if len(wanted) > 5:
            raise Refused(errors.invalid("Each batch request is allowed up to 5 requests."))
        reports = [self._report(request, of, one) for one in wanted]
        return json_answer({"reports": reports, "kind": "analyticsData#batchRunReports"})

    def run_realtime_report(self, request: Request) -> Response:
        """POST :runRealtimeReport, the last thirty minutes."""
        of = _property(request)
        ask = read_realtime(request.state.body, self.house.limits.google_page)
        return json_answer(self._charged(of, ask, 1, lambda: realtime(ask, of, self.counts)))

    def metadata(self, request: Request) -> Response:
        """GET /metadata: the dimensions and metrics there are."""
        of = _property(request)
        dimensions = [{"apiName": name, "uiName": name, "category": "Time"} for name in TIME_DIMENSIONS]
        metrics = [{"apiName": name, "uiName": name, "type": "TYPE_INTEGER"} for name in METRICS]
        name = f"properties/{of.id}/metadata"
        return json_answer({"name": name, "dimensions": dimensions, "metrics": metrics})

    def _report(self, request: Request, of: Property, body: bytes | dict[str, Any]) -> dict[str, Any]:
        limits = self.house.limits
        ask = read_report(body, of, self.house.world.clock.now(), limits.google_page)
        if request.scope.get("repeat_page"):
            ask = replace(ask, offset=0)
        return self._charged(of, ask, cost(ask), lambda: report(ask, of, self.counts, limits))

    def _charged(self, of: Property, ask: Ask, tokens: int, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        quotas = self.quotas[of.id]
        quotas.check(thresholded=bool(of.threshold))
        body = make()
        quotas.spend(tokens, thresholded=bool(of.threshold))
        if ask.body.get("returnPropertyQuota"):
            body["propertyQuota"] = quotas.body(tokens, bool(of.threshold), self.house.in_flight[self.name])
        return body


def _property(request: Request) -> Property:
    number = request.path_params["property"]
    if not number.isdecimal():
        message = f"Invalid property ID: {number}. A numeric Property ID is required."
        raise Refused(errors.invalid(message))
    if number not in PROPERTIES:
        raise Refused(errors.no_permission())
    return PROPERTIES[number]


def _method(request: Request) -> str:
    _, _, verb = request.url.path.rpartition(":")
    return verb[0].upper() + verb[1:] if verb.startswith(("run", "batch")) else "GetMetadata"
