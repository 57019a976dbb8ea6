"""The user's services in include/services.toml, and the SQL of their signals.

Several systems read them: which StatusCake test, which repository and which property belong to "the API".
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bellwether.include import (
    IncludeError,
    check_names,
    check_nothing_left,
    converted,
    entries,
    include_folder,
    toml_of,
)

FILE = "services.toml"


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the user's services and its subjects by source."""

    name: str
    label: str
    role: str
    subjects: dict[str, tuple[str, ...]]


class SignalTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table that feeds a signal, with its source and stream in the table `coverage`."""

    signal: str
    name: str
    source: str
    stream: str


class Services(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The services, and the signals' tables whose source has subjects of a service."""

    services: tuple[Service, ...]
    tables: tuple[SignalTable, ...]
    zone: str

    def service(self, name: str) -> Service:
        """The service of that name. Raises StopIteration for an unknown name."""
        return next(service for service in self.services if service.name == name)

    def tables_of(self, signal: str, service: str | None = None) -> tuple[SignalTable, ...]:
        """The tables that feed a signal, of one service or of all."""
        sources = self.service(service).subjects if service else None
        return tuple(
            table for table in self.tables if table.signal == signal and (sources is None or table.source in sources)
        )

    def having(self, signal: str, role: str | None = None) -> tuple[Service, ...]:
        """The services with subjects of a signal; if a role is given, all services of that role."""
        if role is not None:
            return tuple(service for service in self.services if service.role == role)
        return tuple(service for service in self.services if self.tables_of(signal, service.name))


def read_services(folder: Path | None = None) -> Services:
    """The services of a folder with services.toml and sql/signals; the default is the bundle's `include`.

    Raises IncludeError.
    """
    folder = folder or include_folder()
    content = toml_of(folder / FILE)
    services = tuple(_service(entry) for entry in entries(content, "service", FILE))
    zone = _zone(content.pop("timezone", None))
    check_nothing_left(content, FILE)
    check_names(FILE, "service", [service.name for service in services])
    return Services(services=services, tables=tuple(_tables(folder, services)), zone=zone)


def statement(table: SignalTable, folder: Path | None = None) -> str:
    """The SQL that reads a signal from a table."""
    return ((folder or include_folder()) / "sql" / "signals" / table.signal / f"{table.name}.sql").read_text()


def _service(entry: dict[str, Any]) -> Service:
    """A service; every entry that is not a field of Service is a source with its subjects."""
    own = {name: entry[name] for name in ("name", "label", "role") if name in entry}
    subjects = {name: value for name, value in entry.items() if name not in own}
    return converted(own | {"subjects": subjects}, Service, FILE, f"service '{entry.get('name', '?')}'")


def _tables(folder: Path, services: Iterable[Service]) -> Iterable[SignalTable]:
    """The signals' tables of the services' sources; a table's source is the longest that its name begins with."""
    sources = sorted({source for service in services for source in service.subjects}, key=len, reverse=True)
    for path in sorted((folder / "sql" / "signals").glob("*/*.sql")):
        source = next((name for name in sources if path.stem.startswith(f"{name}_")), None)
        if source:
            stream = path.stem.removeprefix(f"{source}_")
            yield SignalTable(signal=path.parent.name, name=path.stem, source=source, stream=stream)


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, TypeError, ValueError, OSError):
        raise IncludeError(
            f'{FILE}, timezone: {name!r} is not a time zone. Write for instance timezone = "Europe/Berlin".'
        ) from None
