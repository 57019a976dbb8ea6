"""Typed tables: of each event type one whose columns are the values of its data.

They are made of clean, follow what the data comes to hold, and lose nothing: a value that does not fit its column is
kept as text beside it, and clean keeps the data as it was sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from bellwether.arrow import pa
from bellwether.events.clean.arrive import MOST_PARTS
from bellwether.events.clean.shapes import ENVELOPE, Column, Shape, grown, slug_of
from bellwether.events.tables import TABLES, LakeTable
from bellwether.events.work import Work, day_number, quoted

_EXACT = 2**53
_ARROW = {"bigint": pa.int64(), "double": pa.float64(), "boolean": pa.bool_()}
_SCALAR = tuple(_ARROW)


def put_typed(work: Work) -> dict[str, Shape]:
    """Leave the typed tables as they are to be; returns the shapes. Needs `added` and `removed`."""
    shapes = dict(work.before.shapes)
    for kind, structure in sorted(_structures(work).items()):
        old = shapes.get(kind) or Shape(slug_of(kind, {shape.slug for shape in shapes.values()}))
        shapes[kind] = grown(old, structure)
    for kind in sorted(work.values("select type from added union select type from removed")):
        shapes[kind] = _put(work, kind, shapes[kind])
    return shapes


def typed_table(shape: Shape) -> LakeTable:
    """Where a type's table lies, and its columns."""
    envelope = [TABLES["clean"].schema.field(name) for name in ENVELOPE]
    columns = [
        pa.field(name, pa.string() if name != column.name else _ARROW.get(column.kind, pa.string()))
        for column in shape.columns.values()
        for name in names_of(column)
    ]
    order = "tracking, timeline, client_ms, id"
    return LakeTable(
        f"typed/{shape.slug}/", "client_day", order, pa.schema([*envelope, *columns]), TABLES["clean"].more
    )


def names_of(column: Column) -> list[str]:
    """A column's name, and that of what did not fit it."""
    return [column.name, f"{column.name}_text"] if column.has_text else [column.name]


def _structures(work: Work) -> dict[str, object]:
    rows = work.con.execute(
        "select type, coalesce(json_group_structure(case when json_valid(data) then data::json end), '{}') "
        "from added group by type"
    ).fetchall()
    return {kind: json.loads(structure) for kind, structure in rows}


def _put(work: Work, kind: str, shape: Shape) -> Shape:
    """Put a type's new rows; returns its shape, which knows now what did not fit."""
    table, where = f"typed/{shape.slug}", f"type = '{_quoted(kind)}'"
    work.con.execute(f"create or replace temp table typed as {_select(shape, where)}")
    shape = _with_texts(work, shape)
    widened = work.tables.get(table, typed_table(work.before.shapes.get(kind, shape))).schema
    work.tables[table] = typed_table(shape)
    parts = work.pending(table)
    days = set(work.values("select distinct client_day from typed"))
    anew = set(work.values(f"select distinct client_day from removed where {where}"))
    anew |= {day_number(label) for label, many in parts.items() if len(many) >= MOST_PARTS} & days
    if any(field.type != work.tables[table].schema.field(field.name).type for field in widened):
        anew |= {day_number(label) for label in parts}
    for day in sorted(days - anew):
        work.add(table, "typed", day)
    for day in sorted(anew):
        work.days("typed_before", table, [day])
        columns = quoted(work.tables[table].schema.names)
        work.con.execute(
            f"create or replace temp view typed_after as select {columns} from typed where client_day = {day} "
            f"union all select {columns} from typed_before as old where not exists (select 1 from removed where "
            "removed.tracking = old.tracking and removed.id = old.id and removed.client_day = old.client_day)"
        )
        work.replace(table, "typed_after", day)
    return shape


def _with_texts(work: Work, shape: Shape) -> Shape:
    scalars = {pointer: column for pointer, column in shape.columns.items() if column.kind in _SCALAR}
    if not scalars:
        return shape
    counts = ", ".join(f'count("{column.name}_text")' for column in scalars.values())
    found = work.row(f"select {counts} from typed")
    misfits = {pointer for pointer, count in zip(scalars, found, strict=True) if count}
    columns = {
        pointer: msgspec.structs.replace(column, has_text=column.has_text or pointer in misfits)
        for pointer, column in shape.columns.items()
    }
    return Shape(shape.slug, columns)


def _select(shape: Shape, where: str) -> str:
    envelope = ", ".join(ENVELOPE)
    values = "".join(f", {one}" for n, column in enumerate(shape.columns.values(), 1) for one in _values(n, column))
    pointers = ", ".join(f"'{_quoted(pointer) or '$'}'" for pointer in shape.columns)
    found = f", json_extract(case when json_valid(data) then data::json end, [{pointers}]) as j" if pointers else ""
    return f"select {envelope}{values} from (select {envelope}{found} from added where {where})"


def _values(number: int, column: Column) -> Iterator[str]:
    """The column's value of the list j of JSON values, and for scalars what does not fit."""
    value = f"j[{number}]"
    kind = f"json_type({value})"
    text = f"case when {kind} = 'VARCHAR' then {value} ->> '$' when {kind} <> 'NULL' then cast({value} as varchar) end"
    whole = f"{kind} in ('BIGINT', 'UBIGINT')"
    fitting = {
        "bigint": f"case when {whole} then try_cast({value} as bigint) end",
        "double": f"case when {kind} = 'DOUBLE' then cast({value} as double) "
        f"when {whole} and abs(try_cast({value} as hugeint)) <= {_EXACT} then cast({value} as double) end",
        "boolean": f"case when {kind} = 'BOOLEAN' then cast({value} as boolean) end",
        "json": f"case when {kind} <> 'NULL' then cast({value} as varchar) end",
    }.get(column.kind, text)
    yield f'{fitting} as "{column.name}"'
    if column.kind in _SCALAR:
        yield f'case when ({fitting}) is null then {text} end as "{column.name}_text"'


def _quoted(text: str) -> str:
    return text.replace("'", "''")
