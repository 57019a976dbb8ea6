"""The tables of product events in the lake: where they lie, how they are partitioned and sorted, their columns."""

from __future__ import annotations

from dataclasses import dataclass

from bellwether.arrow import pa


@dataclass(frozen=True)
class LakeTable:
    """Parquet below a prefix.

    :param partition: the column with the day since 1970 that is the partition dt=; '' where there are none
    :param more: columns for readers, computed from the others on writing
    """

    prefix: str
    partition: str
    order: str
    schema: pa.Schema
    more: tuple[str, ...] = ()


def _schema(texts: str, numbers: str) -> pa.Schema:
    return pa.schema([(n, pa.string()) for n in texts.split()] + [(n, pa.int64()) for n in numbers.split()])


def _moment(name: str, ms: str) -> str:
    return f"timezone('UTC', epoch_ms({ms})) as {name}"


EVENT = _schema(
    "tracking instance id type user_id agent request clock timeline data",
    "client_ms client_day shift_ms received_us received_day request_offset is_implausible_time is_bot_agent "
    "is_over_quota",
)
TABLES = {
    # One row per event: tracking, lower(id) and the day of the client's own clock.
    "clean": LakeTable(
        "clean/events/",
        "client_day",
        "tracking, timeline, client_ms + shift_ms, received_us, request_offset, id",
        EVENT,
        (
            _moment("at", "client_ms + shift_ms"),
            "timezone('UTC', make_timestamp(received_us)) as received_at",
        ),
    ),
    # One row per request, by received day: what clocks are judged by.
    "requests": LakeTable(
        "state/events_requests/",
        "received_day",
        "tracking, instance, received_us, request",
        _schema(
            "tracking instance request",
            "received_day received_us sent_ms newest_ms is_python zone_offset",
        ),
    ),
    # One row per tracking id and path part of requests: what it last said of itself.
    "instances": LakeTable(
        "clean/instances/",
        "",
        "tracking, instance",
        _schema(
            "tracking instance app_code app_version brand model os os_version language launch_id",
            "is_device is_server is_robot zone_offset launched_us first_ms last_ms",
        ),
    ),
    # One row per session, by the UTC day of its start.
    "sessions": LakeTable(
        "sessions/",
        "started_day",
        "tracking, timeline, started_ms",
        _schema(
            "session_id tracking timeline first_type",
            "started_day started_ms ended_ms run_started_ms run_ended_ms events launches views is_engaged",
        ),
        (_moment("started_at", "started_ms"), _moment("ended_at", "ended_ms")),
    ),
    # One row per sign-in and sign-out on a device.
    "signs": LakeTable(
        "state/events_signs/",
        "",
        "tracking, timeline, at_ms",
        _schema("tracking timeline user_id request id", "is_in at_ms received_us request_offset client_day"),
    ),
    # One row per device and stretch of time that is a user's.
    "identities": LakeTable(
        "identities/",
        "",
        "tracking, timeline, valid_from_ms",
        _schema("tracking timeline user_id how", "valid_from_ms valid_to_ms"),
    ),
    # One row per local day, timeline, person and event type.
    "use": LakeTable(
        "aggregates/use/",
        "local_day",
        "tracking, person, timeline, type",
        _schema("tracking timeline person type bot", "local_day events first_ms last_ms"),
    ),
    # One row per local day of receipt and what was counted.
    "quality": LakeTable(
        "aggregates/quality/",
        "local_day",
        "tracking, what",
        _schema("tracking what", "local_day events"),
    ),
}
