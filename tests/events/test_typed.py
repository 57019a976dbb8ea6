"""Typed tables follow what the data comes to hold, and lose no value."""

from typing import Any

from tests.events.segments import NOON, launch, line


def rows(house: Any, type: str = "thing") -> list[dict[str, Any]]:
    envelope = {
        "tracking",
        "timeline",
        "user_id",
        "client_ms",
        "client_day",
        "shift_ms",
        "received_us",
        "at",
        "received_at",
    }
    found = [
        {k: v for k, v in row.items() if k not in envelope and v is not None} for row in house.rows(f"typed/{type}")
    ]
    return sorted(found, key=lambda row: row["id"])


def sent(house: Any, *datas: Any) -> None:
    for number, data in enumerate(datas):
        house.bucket.segments([line("thing", NOON, id=f"{number}", data=data)])
        house.collect()


def test_whole_numbers_become_decimals_and_other_kinds_stand_beside(house: Any) -> None:
    sent(house, {"n": 1}, {"n": 2.5}, {"n": "three"}, {"n": [4]}, {"n": None}, {"n": 2**53 + 1}, {"n": True})
    assert rows(house) == [
        {"id": "0", "n": 1.0},
        {"id": "1", "n": 2.5},
        {"id": "2", "n_text": "three"},
        {"id": "3", "n_text": "[4]"},
        {"id": "4"},
        {"id": "5", "n_text": "9007199254740993"},
        {"id": "6", "n_text": "true"},
    ]
    assert len(house.rows("clean")) == 7


def test_whatever_shape_the_data_has_it_is_kept(house: Any) -> None:
    deep = {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}
    odd = {"a.b": 1, "A.b": 2, "1": 3, "": 4, "ключ": 5, "select": 6, "x'y": 7, 'q"z': 8, "~/": 9}
    house.bucket.segments(
        [
            line("thing", NOON, id="0", data=deep),
            line("odd", NOON, id="1", data=odd),
            line("list", NOON, id="2", data=[1, {"x": 2}]),
            line("scalar", NOON, id="3", data="word"),
            line("Thing", NOON, id="4", data={"big": 10**30}),
            line("wide", NOON, id="5", data={f"k{n}": n for n in range(250)}),
        ]
    )
    house.bucket.put("raw/events/dt=2026-11-10/x.gz", _with(b'{"v": 1e999}'))
    house.collect()
    assert rows(house, "thing_2") == [{"id": "0", "a_b_c_d_e": '{"f":1}'}, {"id": "6", "v": float("inf")}]
    assert sorted(v for k, v in rows(house, "odd")[0].items() if k != "id") == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert rows(house, "list") == [{"id": "2", "value": '[1,{"x":2}]'}]
    assert rows(house, "scalar") == [{"id": "3", "value": "word"}]
    assert rows(house, "thing") == [{"id": "4", "big": 1e30}], "names are told apart without their case"
    assert len(rows(house, "wide")[0]) == 201
    assert len(house.rows("clean")) == 7


def _with(data: bytes) -> bytes:
    import gzip

    import msgspec

    return gzip.compress(
        msgspec.json.encode(line("thing", NOON, id="6"))
        .replace(b'"data":null', b'"data":' + data)
        .replace(b'"data": null', b'"data": ' + data)
    )


def test_a_second_run_and_a_second_rebuild_leave_the_same(house: Any) -> None:
    house.bucket.segments([launch(NOON), line("thing", NOON, id="0", data={"n": 1})])
    house.collect()
    before = rows(house), house.rows("sessions"), house.rows("use"), house.rows("quality")
    assert house.collect()["segments"] == 0
    house.collect(rebuild=True)
    house.collect(rebuild=True)
    assert (rows(house), house.rows("sessions"), house.rows("use"), house.rows("quality")) == before
