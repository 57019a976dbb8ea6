"""A test double that plays Redshift: a proxy in front of the tests' PostgreSQL, for redshift_connector.

It speaks for PostgreSQL word by word, but

- drops the start-up parameters that only Redshift knows, gives sessions a snapshot for each transaction
  (repeatable read, as Redshift's snapshot isolation) and a time zone that is not UTC;
- gives times without a zone from `date_trunc`, as its documentation says;
- refuses what `tests.sql.redshift_lacks` lists;
- takes `distkey`, `sortkey` and `diststyle`, and keeps no table's primary key, which Redshift only notes;
- plays COPY: it reads the manifest and its Parquet objects from the lake, holds them to what AWS documents, and
  puts their rows into the table in the same session and transaction.

What it cannot tell: whether Redshift itself takes these statements, and how fast it is.
"""

import json
import math
import re
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq

from bellwether.arrow import pa
from tests.sql.redshift_lacks import bare, lacking

ROLE = "arn:aws:iam::123456789012:role/warehouse-reads-lake"
COPY = re.compile(
    r"copy (?P<table>\w+)\s+from '(?P<manifest>s3://[^']+)'\s+"
    r"iam_role ('(?P<role>[^']+)'|(?P<default>default))\s+format as parquet\s+manifest\s*"
)
TYPES = {
    pa.string(): "character varying", pa.int64(): "bigint", pa.float64(): "double precision", pa.bool_(): "boolean",
    pa.timestamp("us", tz="UTC"): "timestamp without time zone",
}  # fmt: skip


class Refused(Exception):
    """What the client is told."""


class RedshiftDouble:
    """One double.

    `said` are the statements that were run; `cut` the beginnings of some that are to come in this order: the last
    of them is not run and ends its connection.
    """

    def __init__(self, server: tuple[str, int], s3: Any) -> None:
        self.server = server
        self.s3 = s3
        self.roles = {ROLE}
        self.said: list[str] = []
        self.cut: list[str] = []
        self.port = 0

    def connection(self, uri: str, **extra: Any) -> str:
        """Airflow's connection to a database of the PostgreSQL behind it, as JSON."""
        parts = urlsplit(uri)
        return json.dumps(
            {
                "conn_type": "redshift",
                "host": "127.0.0.1",
                "port": self.port,
                "login": parts.username,
                "password": parts.password,
                "schema": parts.path.lstrip("/"),
                "extra": {"ssl": False, "iam_role": ROLE} | extra,
            }
        )

    def copies(self) -> list[str]:
        """The COPY statements that came."""
        return [text for text in self.said if bare(text).lstrip().startswith("copy")]

    def note(self, statement: str) -> None:
        """Remember a statement that is about to be run, or end its connection."""
        if self.cut and bare(statement).strip().startswith(self.cut[0]):
            self.cut = self.cut[1:]
            if not self.cut:
                raise ConnectionAbortedError
        self.said.append(statement)

    def translated(self, statement: str) -> str:
        """The statement as PostgreSQL is to have it."""
        text = re.sub(r"--.*\n?", "", statement).strip()
        try:
            if found := lacking(statement):
                raise Refused(f"Redshift lacks {found[0].what}: see {found[0].page}")
            if text.startswith("copy"):
                return self._copied(text)
        except Refused as refused:
            return f"do $no$begin raise exception using message = {_quoted(str(refused))}; end$no$"
        if text.startswith("create table"):
            return _without_redshift(text)
        return re.sub(r"date_trunc\(('\w+'), (\w+)\)", r"date_trunc(\1, cast(\2 as timestamp))", statement)

    def _copied(self, text: str) -> str:
        asked = COPY.fullmatch(text)
        if not asked:
            raise Refused(f"COPY of Parquet is not spelled like this: {text}")
        if asked["role"] not in self.roles and not (asked["default"] and self.roles):
            raise Refused(f"User is not authorized to assume IAM Role {asked['role']}")
        frames = [self._frame(entry) for entry in self._entries(asked["manifest"])]
        kinds = [_kinds(frame) for frame in frames]
        if any(kind != kinds[0] for kind in kinds):
            raise Refused("The files of the manifest are not of one schema")
        rows = [list(row.values()) for frame in frames for row in frame.to_pylist()]
        return _insert(asked["table"], kinds[0], rows)

    def _entries(self, url: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = json.loads(self._get(url))["entries"]
        if not entries:
            raise Refused("The manifest lists nothing")
        return entries

    def _frame(self, entry: dict[str, Any]) -> pa.Table:
        body = self._get(entry["url"])
        if entry.get("mandatory") is not True or entry.get("meta", {}).get("content_length") != len(body):
            raise Refused(f"The manifest does not say how long {entry['url']} is, or that it is needed")
        file = pq.ParquetFile(pa.BufferReader(body))
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        codecs = {group.column(at).compression for group in groups for at in range(group.num_columns)}
        if not codecs <= {"SNAPPY", "GZIP", "UNCOMPRESSED"}:
            raise Refused(f"{entry['url']} is compressed with {codecs}")
        return file.read(use_threads=False)

    def _get(self, url: str) -> bytes:
        place = urlsplit(url)
        try:
            body: bytes = self.s3.get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            raise Refused(f"{url} does not exist") from None
        return body


def _kinds(frame: pa.Table) -> list[str]:
    unknown = [str(field.type) for field in frame.schema if field.type not in TYPES]
    if unknown:
        raise Refused(f"Incompatible Parquet schema: {unknown}")
    return [TYPES[field.type] for field in frame.schema]


def _insert(table: str, kinds: list[str], rows: list[list[Any]]) -> str:
    """The rows into a table whose columns have just the files' types, by position."""
    names = [f"c{number}" for number in range(len(kinds))]
    text = json.dumps([dict(zip(names, map(_plain, row), strict=True)) for row in rows], ensure_ascii=False)
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    tag = f"$t{secrets.token_hex(8)}$"
    expected = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""do $copy{tag[1:]}
    declare found text[] := (select array_agg(atttypid::regtype::text order by attnum)
        from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped);
    begin
        if found <> array[{expected}] then
            raise exception 'Spectrum Scan Error: incompatible Parquet schema: % for {table}', found;
        end if;
        insert into {table} select * from json_to_recordset({tag}{text}{tag}) as file({columns});
    end $copy{tag[1:]}"""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _without_redshift(create: str) -> str:
    placed = re.sub(r"\) (diststyle \w+|distkey \(\w+\)) sortkey \([\w, ]+\)$", ")", create)
    if placed == create:
        raise AssertionError(f"a table without its place: {create}")
    return re.sub(r",\s*primary key \([\w, ]+\)", "", placed)
