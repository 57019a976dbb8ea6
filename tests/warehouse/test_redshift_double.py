"""What a Redshift is made of, and that the double which plays it is as strict as Redshift is said to be."""

from collections.abc import Callable
from typing import Any

import pytest
import redshift_connector

from bellwether.lake.parquet import to_parquet
from bellwether.operators.create_tables import CreateTablesOperator
from bellwether.warehouse import Batch, WarehouseError, connect
from tests.sql.redshift_lacks import bare, lacking
from tests.warehouse.redshift_double import RedshiftDouble

AsRedshift = Callable[..., Any]
MakeBatch = Callable[..., Batch]
Row = Callable[..., dict[str, Any]]


def test_the_tables_are_made_with_their_places(
    redshift: RedshiftDouble, warehouse: Any, as_redshift: AsRedshift
) -> None:
    as_redshift()
    for _ in range(2):
        CreateTablesOperator(task_id="create_tables").execute({})
    made = [text for text in redshift.said if bare(text).strip().startswith("create table")]
    assert len(made) == 2 * len(warehouse.query("select 1 from pg_tables where schemaname = 'public'")) >= 32
    assert all(" sortkey (" in text for text in made)


def test_times_are_utc_whatever_the_session_s_zone_would_be(
    facts: Any, as_redshift: AsRedshift, row: Row, batch: MakeBatch
) -> None:
    as_redshift()
    database = connect("warehouse")
    at = row("a")["observed_at"]
    database.merge(batch([row("a", at=at)]))
    assert facts.query("select at, observed_at from facts") == [(at, at)]
    ((found, hour),) = database.select("select at, date_trunc('hour', at) as hour from facts")
    assert (found, hour) == (at, at.replace(tzinfo=None))


def test_the_double_refuses_what_redshift_lacks(facts: Any, as_redshift: AsRedshift) -> None:
    as_redshift()
    statement = "select name from facts order by ctid"
    assert lacking(statement)
    with pytest.raises(redshift_connector.ProgrammingError, match=r"Redshift lacks system columns"):
        connect("warehouse").select(statement)


@pytest.mark.parametrize(
    ("columns", "said"),
    [(("number", "name", "observed_at"), "incompatible Parquet schema"), (("name",), "incompatible Parquet schema")],
)
def test_the_double_takes_columns_by_their_order(
    facts: Any, as_redshift: AsRedshift, row: Row, batch: MakeBatch, columns: tuple[str, ...], said: str
) -> None:
    lake = as_redshift()
    (frame,) = batch([row("a")]).frames
    lake.client.put_object(Bucket=lake.bucket, Key="staged/x.parquet", Body=to_parquet(frame.select(list(columns))))
    wanted = ("name", "number", "observed_at")
    with pytest.raises(WarehouseError, match=said):
        connect("warehouse").merge(Batch("facts", ("name",), wanted, iter(()), staged=["staged/x.parquet"]))
