"""Redshift as the warehouse, played by the double: what COPY is told, and what is left when something fails."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest
import redshift_connector

from bellwether.hooks.errors import BadConnection
from bellwether.lake.parquet import to_parquet
from bellwether.warehouse import Batch, Warehouse, WarehouseError, connect
from tests.sql.redshift_lacks import bare
from tests.warehouse.redshift_double import ROLE, RedshiftDouble

AsRedshift = Callable[..., Any]
MakeBatch = Callable[..., Batch]
Row = Callable[..., dict[str, Any]]


@pytest.fixture
def lake(facts: Any, as_redshift: AsRedshift) -> Any:
    return as_redshift()


@pytest.fixture
def database(lake: Any) -> Warehouse:
    return connect("warehouse")


def names(facts: Any) -> list[str]:
    return [name for (name,) in facts.query("select name from facts union all select name from others order by 1")]


def test_copy_names_the_manifest_and_the_role_and_nothing_secret(
    redshift: RedshiftDouble, lake: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    database.merge(batch([row("a")]))
    (statement,) = redshift.copies()
    (manifest,) = [key for key in lake.keys("copy/facts/") if key.endswith(".manifest")]
    words = " ".join(statement.split("\n", 1)[1].split())
    assert words == (
        f"copy incoming_0 from 's3://{lake.bucket}/{manifest}' iam_role '{ROLE}' format as parquet manifest"
    )
    secret = json.loads(lake.connection)
    for said in redshift.said:
        assert secret["login"] not in said
        assert secret["password"] not in said


def test_the_cluster_s_default_role_is_no_quoted_text(
    redshift: RedshiftDouble, facts: Any, as_redshift: AsRedshift, row: Row, batch: MakeBatch
) -> None:
    as_redshift(iam_role="default")
    connect("warehouse").merge(batch([row("a")]))
    assert "\niam_role default\n" in redshift.copies()[0]
    assert names(facts) == ["a"]


def test_a_manifest_lists_just_the_load_s_objects_with_their_sizes(
    lake: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    lake.client.put_object(Bucket=lake.bucket, Key="copy/facts/of-another-load.parquet", Body=b"other")
    made = batch([row("a")], [row("b"), row("c")])
    database.merge(made)
    (key,) = [key for key in lake.keys("copy/facts/") if key.endswith(".manifest")]
    entries = json.loads(lake.read(key))["entries"]
    assert sorted(entry["meta"]["content_length"] for entry in entries) == sorted(
        len(to_parquet(frame)) for frame in made.frames
    )
    for entry in entries:
        body = lake.read(entry["url"].removeprefix(f"s3://{lake.bucket}/"))
        assert entry == {"url": entry["url"], "mandatory": True, "meta": {"content_length": len(body)}}


def test_what_is_staged_is_copied_from_where_it_lies(
    facts: Any, lake: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    frames = list(batch([row("a")], [row("b")]).frames)
    keys = [f"staged/facts/{number}.parquet" for number in range(2)]
    for key, frame in zip(keys, frames, strict=True):
        lake.client.put_object(Bucket=lake.bucket, Key=key, Body=to_parquet(frame))
    database.merge(Batch("facts", ("name",), tuple(frames[0].column_names), iter(()), staged=keys))
    assert names(facts) == ["a", "b"]
    (manifest,) = lake.keys("copy/")
    assert [entry["url"] for entry in json.loads(lake.read(manifest))["entries"]] == [
        f"s3://{lake.bucket}/{key}" for key in keys
    ]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"iam_role": ""}, r"'warehouse' has no iam_role.*put its ARN or 'default' into the extra.*\"iam_role\": "),
        (
            {"iam_role": "arn:aws:iam::1:user/me"},
            r"has the iam_role 'arn:aws:iam::1:user/me', which is not a role's ARN",
        ),
        ({"iam_role": ROLE + "' region 'x"}, "which is not a role's ARN"),
        ({"region": "eu-west-1"}, r"Redshift in eu-west-1.*bucket is in us-east-1.*its own region only.*region_name"),
    ],
)
def test_a_connection_that_copy_cannot_use_is_named_before_anything_is_asked(
    redshift: RedshiftDouble, facts: Any, as_redshift: AsRedshift, row: Row, batch: MakeBatch, extra: Any, said: str
) -> None:
    as_redshift(**extra)
    with pytest.raises(BadConnection, match=said):
        connect("warehouse").merge(batch([row("a")]))
    assert redshift.said == []
    assert connect("warehouse").select("select name from facts") == [], "reading takes no role"


def test_a_host_s_name_tells_its_region(
    facts: Any, as_redshift: AsRedshift, monkeypatch: pytest.MonkeyPatch, row: Row, batch: MakeBatch
) -> None:
    as_redshift()
    for host in ("c.abc.sa-east-1.redshift.amazonaws.com", "w.123.sa-east-1.redshift-serverless.amazonaws.com"):
        connection = {"conn_type": "redshift", "host": host, "extra": {"iam_role": "default"}}
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(connection))
        with pytest.raises(BadConnection, match="Redshift in sa-east-1"):
            connect("warehouse").merge(batch([row("a")]))


def test_a_role_that_is_not_the_cluster_s_is_named_in_the_error(
    redshift: RedshiftDouble, facts: Any, as_redshift: AsRedshift, row: Row, batch: MakeBatch
) -> None:
    as_redshift(iam_role="arn:aws:iam::123456789012:role/another")
    with pytest.raises(WarehouseError, match=r"not authorized to assume IAM Role arn:.*/another.*attached to Redshift"):
        connect("warehouse").merge(batch([row("a")]))
    assert names(facts) == []


@pytest.mark.parametrize(
    "where",
    [
        ["create temporary table"], ["copy"], ["copy", "copy"], ["lock table"], ["delete from incoming_0"],
        ["delete from facts"], ["insert into facts"], ["delete from others"], ["insert into others"],
        ["insert into others", "commit"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_connection_lost_anywhere_leaves_nothing_and_a_retry_the_same_rows(
    redshift: RedshiftDouble, facts: Any, database: Warehouse, row: Row, batch: MakeBatch, where: list[str]
) -> None:
    database.merge(batch([row("old", number=1)]))
    before = facts.query("select * from facts")
    load = batch([row("old", minute=1, number=2), row("new")]), batch([row("other")], table="others")
    redshift.cut = where
    with pytest.raises((redshift_connector.Error, WarehouseError, OSError)):
        database.merge(*load)
    assert redshift.cut == []
    assert facts.query("select * from facts") == before
    assert names(facts) == ["old"]
    for _ in range(2):
        assert database.merge(*load) == [2, 1]
        assert facts.query("select name, number from facts order by name") == [("new", None), ("old", 2)]
        assert names(facts) == ["new", "old", "other"]


def test_a_failure_between_two_tables_leaves_both_as_they_were(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    with pytest.raises(redshift_connector.Error, match="null value"):
        database.merge(batch([row("a")]), batch([row("b") | {"name": None}], table="others"))
    assert names(facts) == []


def test_loads_at_once_leave_each_key_once_as_it_was_observed_last(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    def load(turn: int) -> list[int]:
        rows = [row(f"key {number}", minute=turn, number=turn) for number in range(20)]
        mine, others = batch(rows), batch(rows, table="others")
        return database.merge(*((mine, others) if turn % 2 else (others, mine)))

    with ThreadPoolExecutor(max_workers=4) as pool:
        for done in [pool.submit(load, turn) for turn in range(12)]:
            done.result(timeout=60)
    for table in ("facts", "others"):
        assert facts.query(f"select count(*), count(distinct name), min(number) from {table}") == [(20, 20, 11)]


def test_of_two_rows_observed_at_once_the_same_one_stays_in_whatever_order_they_come(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    said = [row("a", number=1, share=0.5), row("a", number=2), row("a", number=1, share=0.25)]
    for order in (said, said[::-1], said[1:] + said[:1]):
        database.merge(batch(order))
        assert facts.query("select number, share from facts") == [(2, None)]


def test_a_retry_writes_the_same_objects(lake: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    database.merge(batch([row("a")]))
    keys = lake.keys()
    database.merge(batch([row("a")]))
    assert lake.keys() == keys


def test_a_load_takes_its_turn_before_its_transaction_looks_at_anything(
    redshift: RedshiftDouble, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    database.merge(batch([row("a")], table="others"), batch([row("a")]))
    said = [bare(text).strip() for text in redshift.said]
    at = said.index("lock table load_turns")
    assert said[at - 2 : at] == ["commit", "begin transaction"]
    assert [text.split("\n")[0] for text in said[at + 1 :]] == [
        *["delete from incoming_0", "delete from others", "insert into others ("],
        *["delete from incoming_1", "delete from facts", "insert into facts ("],
        "commit",
    ]


def test_readers_and_a_load_do_not_wait_for_each_other(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    with closing(psycopg2.connect(facts.uri)) as reader, reader.cursor() as reading:
        reading.execute("select count(*) from facts")
        assert database.merge(batch([row("a")])) == [1]
        reading.execute("select count(*) from facts")
        assert reading.fetchone() == (1,)


def test_a_load_waits_for_one_that_is_not_done(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    with closing(psycopg2.connect(facts.uri)) as holder, holder.cursor() as holding, ThreadPoolExecutor(1) as pool:
        holding.execute("lock table load_turns")
        waiting = pool.submit(database.merge, batch([row("a")]))
        while not facts.query("select 1 from pg_locks where not granted"):
            assert not waiting.done()
        holding.execute("insert into facts (name, number, observed_at) values ('a', 7, '2026-12-01T00:00:00Z')")
        holder.commit()
        assert waiting.result(timeout=30) == [0]
    assert facts.query("select name, number from facts") == [("a", 7)]


def test_without_the_table_for_turns_the_dag_that_makes_it_is_named(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    facts.query("drop table load_turns")
    with pytest.raises(WarehouseError, match=r"'load_turns' does not exist in 'warehouse'. The DAG 'warehouse'"):
        database.merge(batch([row("a")]))
    assert names(facts) == []
