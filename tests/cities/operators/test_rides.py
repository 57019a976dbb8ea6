"""Ride histories from the lake into the table `rides_history`: what fits, what does not, and what changed."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from airflow.sdk.exceptions import AirflowFailException

from bellwether.cities.demand import file as rides_file
from bellwether.cities.demand import intake
from bellwether.cities.operators.rides import RidesOperator
from bellwether.lake.raw import decompress

HEADER = "city_id,place,hour_at,rides\n"
START = datetime(2026, 10, 24, tzinfo=UTC)


class House:
    """A lake, a warehouse with the tables, and the operator between them."""

    def __init__(self, warehouse: Any, lake: Any) -> None:
        self.warehouse, self.lake = warehouse, lake

    def put(self, name: str, body: str | bytes) -> None:
        self.lake.client.put_object(
            Bucket=self.lake.bucket, Key=f"rides/{name}", Body=body.encode() if isinstance(body, str) else body
        )

    def read(self) -> dict[str, int]:
        return RidesOperator(task_id="rides").execute({})

    def rows(self) -> list[tuple[Any, ...]]:
        return self.warehouse.query("select city_id, place, hour_at, rides from rides_history order by 1, 2, 3")

    def coverage(self) -> list[tuple[Any, ...]]:
        return self.warehouse.query(
            "select subject, window_start, window_end, row_count, rejected_count, is_complete from coverage "
            "where source = 'rides' and stream = 'history' order by observed_at, subject"
        )

    def rejects(self) -> dict[str, str]:
        """The place of each reject, or the line, and the reason."""
        found = {}
        for key in self.lake.keys("rejected/rides/"):
            for line in decompress(self.lake.read(key)).splitlines():
                said = json.loads(line)
                record = said["record"]
                found[record if isinstance(record, str) else record.get("place") or ""] = said["reason"]
        return found

    def age(self, name: str) -> None:
        """Have it been read at an earlier change: S3 tells whole seconds only."""
        self.warehouse.query(
            "update coverage set observed_at = observed_at - interval '1 hour' where subject = %s", (f"rides/{name}",)
        )
        self.warehouse.query("update rides_history set observed_at = observed_at - interval '1 hour'")


@pytest.fixture
def house(services: Any, with_tables: Any, lake: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with services.new_warehouse(with_tables) as warehouse:
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.connection)
        yield House(warehouse, lake)


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def lines(count: int, rides: str = "{}") -> str:
    return HEADER + "".join(f"berlin,EDDB,{at(n):%Y-%m-%dT%H:%M:%SZ},{rides.format(n)}\n" for n in range(count))


def test_a_csv_is_read_with_what_it_has_and_noted_in_the_ledger(house: House) -> None:
    house.put(
        "export.csv",
        "\ufeffhour_at,rides,city_id,rain_mm,who\r\n"
        "2026-10-25T02:00:00+02:00,3,berlin,,x\r\n"
        "2026-10-25T02:00:00+01:00,4,berlin,0.5,x\r\n"
        "2026-10-25 02:00,5,berlin,nan,x\r\n",
    )
    assert house.read() == {"files": 1, "rows": 3, "rejected": 0}
    assert house.rows() == [("berlin", "", at(24), 3), ("berlin", "", at(25), 4), ("berlin", "", at(26), 5)]
    weather = house.warehouse.query("select temperature_c, rain_mm, wind_m_per_s from rides_history order by hour_at")
    assert weather == [(None, None, None), (None, 0.5, None), (None, None, None)]
    assert house.coverage() == [("rides/export.csv", at(24), at(27), 3, 0, True)]


@pytest.mark.parametrize("kind", ["timestamp of seconds", "timestamp without a zone", "text"])
def test_a_parquet_file_is_read_whatever_its_types(house: House, tmp_path: Any, kind: str) -> None:
    hours = [at(0), at(1)]
    hour_at = {
        "timestamp of seconds": pa.array(hours, pa.timestamp("s", "Europe/Berlin")),
        "timestamp without a zone": pa.array([hour.replace(tzinfo=None) for hour in hours], pa.timestamp("ns")),
        "text": pa.array([hour.isoformat() for hour in hours]),
    }[kind]
    cities = pa.array(["berlin", "paris"]).dictionary_encode()
    columns = {"city_id": cities, "hour_at": hour_at, "rides": pa.array([7.0, 8.0]), "temperature_c": [1, None]}
    pq.write_table(pa.table(columns), tmp_path / "rides.parquet")
    house.put("a folder/rides.parquet", (tmp_path / "rides.parquet").read_bytes())
    assert house.read() == {"files": 1, "rows": 2, "rejected": 0}
    assert house.rows() == [("berlin", "", at(0), 7), ("paris", "", at(1), 8)]
    assert house.warehouse.query("select temperature_c from rides_history order by hour_at") == [(1.0,), (None,)]


@pytest.mark.parametrize(
    "places",
    [
        pa.array([5905, 5906]),
        pa.array([5905.0, 5906.0]),
        pa.array([5905, 5906], pa.int16()),
        pa.array([5905, 5906]).dictionary_encode(),
        pa.array([Decimal("5905"), Decimal("5906")]),
        pa.array([b"5905", b"5906"]),
    ],
    ids=lambda places: str(places.type),
)
def test_places_that_are_numbers_in_a_file_are_read_as_text(house: House, tmp_path: Any, places: pa.Array) -> None:
    columns = {"city_id": ["berlin", "berlin"], "place": places, "hour_at": [at(0), at(0)], "rides": [7, 8]}
    pq.write_table(pa.table(columns), tmp_path / "rides.parquet")
    house.put("rides.parquet", (tmp_path / "rides.parquet").read_bytes())
    assert house.read() == {"files": 1, "rows": 2, "rejected": 0}
    assert house.rows() == [("berlin", "5905", at(0), 7), ("berlin", "5906", at(0), 8)]


def test_a_file_of_types_that_fit_nowhere_does_not_stop_the_one_beside_it(house: House, tmp_path: Any) -> None:
    columns = {"city_id": [["berlin"]], "place": [{"a": 1}], "hour_at": [at(0)], "rides": [7]}
    pq.write_table(pa.table(columns), tmp_path / "rides.parquet")
    house.put("a.parquet", (tmp_path / "rides.parquet").read_bytes())
    house.put("b.csv", lines(1))
    with pytest.raises(AirflowFailException, match=r"a\.parquet"):
        house.read()
    assert len(house.rows()) == 1


def test_a_compressed_csv_is_read_and_other_objects_are_not(house: House) -> None:
    house.put("rides.csv.gz", gzip.compress(lines(3).encode()))
    house.put("readme.txt", "not rides")
    house.put("rides.csv.tmp", "not rides")
    assert house.read() == {"files": 1, "rows": 3, "rejected": 0}


def test_what_does_not_fit_is_kept_with_its_reason_and_the_rest_is_loaded(house: House) -> None:
    wrong = {
        "city": ("atlantis,city,2026-10-24T00:00:00Z,1,", "cities.toml"),
        "p" * 129: (f"berlin,{'p' * 129},2026-10-24T00:00:00Z,1,", "longer than 128"),
        "bell\x07": ("berlin,bell\x07,2026-10-24T00:00:00Z,1,", "unprintable"),
        "half": ("berlin,half,2026-10-24T00:30:00Z,1,", "start of an hour"),
        "day": ("berlin,day,2026-10-24,1,", "not a time like"),
        "far": ("berlin,far,2131-10-24T00:00:00Z,1,", "not in the years 2000"),
        "minus": ("berlin,minus,2026-10-24T00:00:00Z,-1,", "whole number"),
        "part": ("berlin,part,2026-10-24T00:00:00Z,1.5,", "whole number"),
        "none": ("berlin,none,2026-10-24T00:00:00Z,,", "whole number"),
        "hot": ("berlin,hot,2026-10-24T00:00:00Z,1,inf", "temperature_c is not a finite"),
        "berlin,short": ("berlin,short", "fields"),
    }
    right = lines(1200, rides="{},").replace("rides\n", "rides,temperature_c\n")
    house.put("mixed.csv", right + "".join(f"{line}\n" for line, _ in wrong.values()))
    assert house.read() == {"files": 1, "rows": 1200, "rejected": 11}
    reasons = house.rejects()
    assert reasons.keys() == wrong.keys()
    assert {place: reason for place, reason in reasons.items() if wrong[place][1] not in reason} == {}
    assert house.coverage() == [("rides/mixed.csv", at(0), at(1200), 1200, 11, True)]


def test_a_file_is_read_again_when_it_was_changed_and_only_then(house: House) -> None:
    house.put("rides.csv", lines(3))
    house.put("other.csv", lines(1).replace("EDDB", "centre"))
    assert house.read()["files"] == 2
    assert house.read() == {"files": 0, "rows": 0, "rejected": 0}
    house.age("rides.csv")
    house.put("rides.csv", lines(4, rides="9"))
    assert house.read() == {"files": 1, "rows": 4, "rejected": 0}
    assert [rides for _, place, _, rides in house.rows() if place == "EDDB"] == [9, 9, 9, 9]
    assert house.read()["files"] == 0


def test_of_an_hour_that_comes_twice_the_last_stays(house: House) -> None:
    house.put("rides.csv", lines(1) + "berlin,EDDB,2026-10-24T00:00:00Z,7\n")
    house.read()
    assert house.rows() == [("berlin", "EDDB", at(0), 7)]


def test_a_file_with_too_many_rejects_fails_after_the_others_are_loaded(house: House) -> None:
    house.put("a bad one.csv", lines(900) + "berlin,x,never,1\n" * 10)
    house.put("good.csv", lines(2))
    for _ in range(2):
        with pytest.raises(AirflowFailException, match="10 of 910 rows were rejected, the first because hour_at is"):
            house.read()
        assert [subject for subject, *_ in house.coverage()] == ["rides/good.csv"]
        assert len(house.rows()) == 2
    house.put("a bad one.csv", lines(900) + "berlin,x,never,1\n" * 9)
    assert house.read() == {"files": 1, "rows": 900, "rejected": 9}


@pytest.fixture(scope="module")
def refusing(services: Any, with_tables: Any) -> Iterator[House]:
    """Where nothing is ever loaded."""
    with services.new_lake() as lake, services.new_warehouse(with_tables) as warehouse:
        yield House(warehouse, lake)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        (
            "x.csv",
            "city,when,rides\nberlin,now,1\n",
            "columns are 'city', 'when', 'rides'; city_id, hour_at",
        ),
        ("x.csv", "city_id;hour_at;rides\n", "columns are 'city_id;hour_at;rides'"),
        ("x.csv", HEADER.replace("place", "rides"), "each once"),
        ("x.csv", "", "columns are none"),
        ("x.csv", lines(2).encode() + b"berlin,\xff,2026-10-24T00:00:00Z,1\n", "cannot be read: .*UTF8"),
        ("x.csv", HEADER + "berlin,x,never,1\n", "1 of 1 rows were rejected"),
        ("x.csv.gz", lines(2), "cannot be read"),
        ("x.csv.gz", gzip.compress(lines(99).encode())[:-20], "cannot be read"),
        ("x.parquet", lines(2), "cannot be read: .*[Pp]arquet"),
    ],
)
def test_a_file_that_is_not_what_is_wanted_is_named_with_what_is(
    refusing: House, monkeypatch: pytest.MonkeyPatch, name: str, body: str | bytes, said: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", refusing.warehouse.connection)
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", refusing.lake.connection)
    refusing.lake.empty()
    refusing.put(name, body)
    with pytest.raises(AirflowFailException, match=f"rides/{name}': .*{said}"):
        refusing.read()
    assert refusing.rows() == []
    assert refusing.coverage() == []


def test_the_size_of_a_file_is_bounded_packed_and_unpacked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.put("rides.csv.gz", gzip.compress(lines(9999).encode()))
    monkeypatch.setattr(rides_file, "UNPACKED_BYTES", 100_000)
    with pytest.raises(AirflowFailException, match="unpacks to more than"):
        house.read()
    monkeypatch.setattr(intake, "MOST_BYTES", 1000)
    with pytest.raises(AirflowFailException, match="it has more than"):
        house.read()
    assert house.rows() == []


def test_names_are_values_and_never_more(house: House) -> None:
    evil = "'); drop table rides_history; --"
    house.put(
        f"{evil} %s {{x}}.csv",
        HEADER + f'berlin,"{evil}",2026-10-24T00:00:00Z,1\nberlin,"%s ""x""",2026-10-24T00:00:00Z,2\n',
    )
    assert house.read() == {"files": 1, "rows": 2, "rejected": 0}
    assert {place for _, place, *_ in house.rows()} == {evil, '%s "x"'}
    assert house.coverage()[0][0] == f"rides/{evil} %s {{x}}.csv"
    assert house.read()["files"] == 0


def test_a_load_that_is_broken_off_leaves_nothing(house: House) -> None:
    house.put("rides.csv", lines(3))
    house.warehouse.query("alter table coverage add check (source <> 'rides')")
    with pytest.raises(Exception, match="coverage_source_check"):
        house.read()
    assert house.rows() == []
    house.warehouse.query("alter table coverage drop constraint coverage_source_check")
    assert house.read()["rows"] == 3
