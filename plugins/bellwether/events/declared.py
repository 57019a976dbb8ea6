"""include/events.toml: the products whose events are collected, read strictly."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from bellwether.arrow import pa
from bellwether.sql import sql_folder

FILE = "events.toml"
VIEWS = ("ui.activity.resumed", "page.viewed", "screen.viewed")
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class EventsFileError(ValueError):
    """Something in events.toml that cannot be understood; the message names the line and what to write."""


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event type whose use is expected of a share of a day's active users."""

    type: _Text
    expected_share: Annotated[float, msgspec.Meta(ge=0, le=1)]


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A product by its tracking id."""

    tracking: _Text
    timezone: str = "UTC"
    gap_minutes: Annotated[int, msgspec.Meta(ge=1, le=720)] = 30
    app_codes: tuple[_Text, ...] = ()
    views: tuple[_Text, ...] = VIEWS
    key_events: tuple[_Text, ...] = ()
    retention_weeks: Annotated[int, msgspec.Meta(ge=1, le=104)] = 12
    feature: tuple[Feature, ...] = ()

    @property
    def words(self) -> str:
        """What of it the tables in the lake are made with: after a change they have to be made anew."""
        return f"{self.timezone} {self.gap_minutes} {' '.join(sorted(self.app_codes))}"


class Funnel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Steps, by event type, that follow each other within a window that begins with the first."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    tracking: _Text
    steps: Annotated[tuple[_Text, ...], msgspec.Meta(min_length=2, max_length=10)]
    window_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14


class Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device whose time before its first sign-in is not the user's."""

    tracking: _Text
    instance: _Text
    user: _Text


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    application: tuple[Application, ...] = ()
    funnel: tuple[Funnel, ...] = ()
    undo: tuple[Undo, ...] = ()

    def of(self, tracking: str) -> Application:
        """What is declared of a tracking id, or the usual."""
        return next((one for one in self.application if one.tracking == tracking), Application(tracking=tracking))


@lru_cache(maxsize=8)
def read_declared(folder: Path | None = None) -> Declared:
    """The declarations of a folder with an events.toml; the bundle's `include` unless given. Raises EventsFileError."""
    file = (folder or sql_folder().parent) / FILE
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise EventsFileError(f"There is no {file}. Deploy the folder include with the plugins.") from None
    try:
        declared = msgspec.convert(tomllib.loads(text), Declared)
    except tomllib.TOMLDecodeError as error:
        raise EventsFileError(f"{FILE} is no TOML: {error}. Mend that line.") from None
    except msgspec.ValidationError as error:
        raise EventsFileError(_explained(text, str(error))) from None
    _check(text, declared)
    return declared


def relations(declared: Declared, trackings: list[str]) -> dict[str, pa.Table]:
    """The declarations as the relations that SQL reads: applications, registered, marks, undone."""
    known = [declared.of(tracking) for tracking in trackings]
    types = {one.tracking: dict.fromkeys((*one.views, *one.key_events)) for one in known}
    return {
        "applications": _table(
            {"tracking": "s", "zone": "s", "gap_ms": "i"},
            [(one.tracking, one.timezone, one.gap_minutes * 60_000) for one in known],
        ),
        "registered": _table(
            {"tracking": "s", "instance": "s"}, [(one.tracking, code) for one in known for code in one.app_codes]
        ),
        "marks": _table(
            {"tracking": "s", "type": "s", "is_view": "i", "is_key": "i"},
            [
                (one.tracking, name, int(name in one.views), int(name in one.key_events))
                for one in known
                for name in types[one.tracking]
            ],
        ),
        "undone": _table(
            {"tracking": "s", "timeline": "s", "user_id": "s"},
            [(one.tracking, f"device:{one.instance}", one.user) for one in dict.fromkeys(declared.undo)],
        ),
    }


def _table(columns: dict[str, str], rows: list[tuple[Any, ...]]) -> pa.Table:
    kinds = {"s": pa.string(), "i": pa.int64()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema)


def _check(text: str, declared: Declared) -> None:
    for number, one in enumerate(declared.application):
        try:
            ZoneInfo(one.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise _wrong(
                text, "application", number, "timezone", f"'{one.timezone}' is no zone; write one like Europe/Warsaw"
            ) from None
    for kind, names in (
        ("application", [one.tracking for one in declared.application]),
        ("funnel", [(one.tracking, one.name) for one in declared.funnel]),
    ):
        for number, name in enumerate(names):
            if name in names[:number]:
                key = "tracking" if kind == "application" else "name"
                raise _wrong(text, kind, number, key, "stands here a second time; give it another name or remove it")


def _explained(text: str, problem: str) -> str:
    found = re.search(r"`\$\.(\w+)\[(\d+)\]\.?(\w*)", problem)
    unknown = re.search(r"unknown field `(\w+)`", problem)
    if not found:
        line = _line(text, unknown[1]) if unknown else 1
        return f"{FILE}, line {line}: {problem}. The file has [[application]], [[funnel]] and [[undo]]."
    shapes: dict[str, type[Application | Funnel | Undo]] = {"application": Application, "funnel": Funnel, "undo": Undo}
    shape = shapes[found[1]]
    names = ", ".join(field.encode_name for field in msgspec.structs.fields(shape))
    key = unknown[1] if unknown else found[3]
    return f"{FILE}, line {_line_of(text, found[1], int(found[2]), key)}: {problem}. An entry like it has: {names}."


def _wrong(text: str, kind: str, number: int, key: str, problem: str) -> EventsFileError:
    return EventsFileError(f"{FILE}, line {_line_of(text, kind, number, key)}: {key} {problem}.")


def _line_of(text: str, kind: str, number: int, key: str) -> int:
    """The line of a key in the entry of a kind with this number, else the line that the entry begins with."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines, 1) if line.strip() == f"[[{kind}]]"]
    first = starts[number] if number < len(starts) else 1
    end = starts[number + 1] - 1 if number + 1 < len(starts) else len(lines)
    return next((n for n in range(first, end + 1) if re.match(rf"\s*{re.escape(key)}\s*=", lines[n - 1])), first)


def _line(text: str, key: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next((n for n, line in lines if re.match(rf"\s*(\[+)?{re.escape(key)}\b", line)), 1)
