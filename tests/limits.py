"""Vendors in the sandbox that let everybody ask as often as they like."""

from sandbox.limits import Limits

NO_LIMITS = Limits(
    statuscake_per_second=10_000,
    statuscake_per_minute=10_000,
    postman_per_minute=10_000,
    github_per_hour=1_000_000,
    github_points_per_minute=1_000_000,
    google_tokens_per_day=10_000_000,
    google_tokens_per_hour=10_000_000,
    google_tokens_per_project_per_hour=10_000_000,
    weather_per_minute=100_000,
    flights_per_second=10_000,
    flights_units_per_month=10_000_000,
    wikipedia_per_second=10_000,
)
