"""The token quotas of a standard property, counted by the machine's clock."""

from __future__ import annotations

from sandbox.answers import Refused
from sandbox.limits import Budget, Limits
from sandbox.vendors import google_analytics_errors as errors
from sandbox.vendors.google_analytics_request import Ask

HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400
SERVER_ERRORS = 10
THRESHOLDED_REQUESTS = 120


def cost(ask: Ask) -> int:
    """Tokens of a report; seen: 1 if short, 2 for 1 dimension x 10 metrics, 4 for 9 x 10, 7 for a year."""
    cells = max(1, len(ask.dimensions)) * len(ask.metrics)
    return 1 + min(3, cells // 10) + ask.days // 60


class Quotas:
    """What one property has left; any quota at nothing refuses everything."""

    def __init__(self, limits: Limits) -> None:
        self.concurrent = limits.google_concurrent
        self.day = Budget(limits.google_tokens_per_day, DAY_SECONDS)
        self.hour = Budget(limits.google_tokens_per_hour, HOUR_SECONDS)
        self.project_hour = Budget(limits.google_tokens_per_project_per_hour, HOUR_SECONDS)
        self.thresholded = Budget(THRESHOLDED_REQUESTS, HOUR_SECONDS)

    def check(self, thresholded: bool) -> None:
        """Raises Refused with the 429 of the first quota that is used up."""
        if not self.day.remaining:
            raise Refused(
                errors.exhausted("Exhausted property tokens per day. These quota tokens will return in under a day.")
            )
        if not self.hour.remaining:
            raise Refused(
                errors.exhausted("Exhausted property tokens per hour. These quota tokens will return in under an hour.")
            )
        if not self.project_hour.remaining:
            raise Refused(errors.exhausted(errors.PROJECT_HOUR))
        if thresholded and not self.thresholded.remaining:
            raise Refused(errors.exhausted("Exhausted potentially thresholded requests quota."))

    def spend(self, tokens: int, thresholded: bool) -> None:
        """Take a request's tokens from every quota."""
        for budget in (self.day, self.hour, self.project_hour):
            budget.spend(tokens)
        if thresholded:
            self.thresholded.spend()

    def body(self, tokens: int, thresholded: bool, in_flight: int) -> dict[str, dict[str, int]]:
        """PropertyQuota; every status has both fields."""
        return {
            "tokensPerDay": {"consumed": tokens, "remaining": self.day.remaining},
            "tokensPerHour": {"consumed": tokens, "remaining": self.hour.remaining},
            "concurrentRequests": {"consumed": 0, "remaining": max(0, self.concurrent - in_flight + 1)},
            "serverErrorsPerProjectPerHour": {"consumed": 0, "remaining": SERVER_ERRORS},
            "potentiallyThresholdedRequestsPerHour": {
                "consumed": int(thresholded),
                "remaining": self.thresholded.remaining,
            },
            "tokensPerProjectPerHour": {"consumed": tokens, "remaining": self.project_hour.remaining},
        }
