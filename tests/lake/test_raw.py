"""Raw parts in the real store."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import zstandard

from bellwether.hooks.errors import BadConnection
from bellwether.hooks.stream import Reading
from bellwether.lake import Extract, Lake, Manifest
from bellwether.lake.bucket import NotInLake
from bellwether.lake.cache import LakeCache
from bellwether.lake.raw import PART_BYTES, RawWriter, compress, manifests_in_lake, read_part
from bellwether.window import Window

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = Window(START, START + 7 * DAY)
READING = Reading("dogbreed/site", datetime(2026, 11, 8, 0, 0, 7, tzinfo=UTC))


def writer(subject: str = READING.subject) -> RawWriter:
    return RawWriter(Lake("lake"), "github", "commits", WEEK, subject)


def test_records_come_back_as_they_went_in(lake: Any) -> None:
    records = [b'{"a": 1,  "b":"caf\\u00e9"}', '{"a":"日本"}'.encode(), b"{}"]
    one = writer()
    one.write(records[:2], READING)
    one.write(records[2:], READING)
    one.close()
    assert one.records == 3
    (key,) = one.keys
    assert lake.keys() == [key]
    name = r"20261101T000000Z--20261108T000000Z\.dogbreed-site-c4d452\.0001\.[0-9a-f]{12}\.jsonl\.zst"
    assert re.fullmatch(f"raw/github/commits/dt=2026-11-01/{name}", key)
    assert read_part(Lake("lake"), one.keys[0]) == (b"\n".join(records) + b"\n", READING)


def test_a_part_is_json_lines_under_zstd_that_any_tool_reads(lake: Any) -> None:
    one = writer()
    one.write([b'{"a":1}', b'{"a":2}'], READING)
    one.close()
    with zstandard.ZstdDecompressor().stream_reader(lake.read(one.keys[0])) as reader:
        assert [msgspec.json.decode(line) for line in reader.read().splitlines()] == [{"a": 1}, {"a": 2}]


def test_no_records_make_no_object(lake: Any) -> None:
    one = writer()
    one.write([], READING)
    one.close()
    assert (one.keys, one.records, lake.keys()) == ([], 0, [])


def test_much_is_written_in_parts(lake: Any) -> None:
    record = b'{"text":"' + b"woof " * 20_000 + b'"}'
    pages = PART_BYTES // (10 * len(record)) + 2
    one = writer()
    for page in range(2 * pages):
        moment = READING.observed_at + timedelta(seconds=page)
        one.write([record] * 10, Reading(READING.subject, moment))
    one.close()
    assert len(one.keys) == len(lake.keys()) == 3
    parts = [read_part(Lake("lake"), key) for key in one.keys]
    assert sum(lines.count(b"\n") for lines, _ in parts) == one.records == 20 * pages
    moments = [reading.observed_at for _, reading in parts]
    assert moments == sorted(set(moments))


def test_a_retry_that_reads_the_same_leaves_one_part_and_one_that_reads_otherwise_another(lake: Any) -> None:
    keys = []
    for record in (b'{"a":1}', b'{"a":1}', b'{"a":2}'):
        one = writer()
        one.write([record], READING)
        one.close()
        keys += one.keys
    assert keys[0] == keys[1] != keys[2]
    assert sorted(lake.keys()) == sorted(set(keys))
    assert [read_part(Lake("lake"), key)[0] for key in keys[1:]] == [b'{"a":1}\n', b'{"a":2}\n']


def test_a_subject_in_any_script_is_told_back(lake: Any) -> None:
    reading = Reading("Hündin/犬 \U0001f415", READING.observed_at, READING.observed_at)
    one = writer(reading.subject)
    one.write([b"{}"], reading)
    one.close()
    assert read_part(Lake("lake"), one.keys[0])[1] == reading


def test_a_part_of_older_days_tells_no_windows_end(lake: Any) -> None:
    metadata = {"reading": '{"subject": "dogbreed/site", "observed_at": "2026-11-08T00:00:07Z"}'}
    Lake("lake").put("raw/old", compress([b"{}"]), metadata)
    assert read_part(Lake("lake"), "raw/old") == (b"{}\n", READING)


def test_what_is_not_there_is_an_error_of_its_own(lake: Any) -> None:
    with pytest.raises(NotInLake, match=f"s3://{lake.bucket}/raw/nothing"):
        read_part(Lake("lake"), "raw/nothing")


def manifest(window: Window, stream: str = "commits") -> Manifest:
    return Manifest(source="github", stream=stream, window_key=window.key)


def test_a_manifest_is_told_back(lake: Any) -> None:
    extract = Extract(
        subject="dogbreed/site", observed_at=READING.observed_at, records=3, parts=("raw/x",), flags=("sampled",),
        not_seen=(WEEK.key,), rejected=1,
    )  # fmt: skip
    written = msgspec.structs.replace(manifest(WEEK), extracts=(extract,))
    assert written.write(Lake("lake"), "raw") == written
    assert lake.keys() == [written.key("raw")]
    assert Manifest.read(Lake("lake"), written.key("raw")) == written
    assert written.window == WEEK


def extract(subject: str, minute: int, *parts: str, **more: Any) -> Extract:
    moment = READING.observed_at + timedelta(minutes=minute)
    return Extract(subject=subject, observed_at=moment, records=len(parts), parts=parts, **more)


def write(*extracts: Extract) -> Manifest:
    return msgspec.structs.replace(manifest(WEEK), extracts=extracts).write(Lake("lake"), "raw")


def test_of_two_readings_the_later_counts_whichever_is_written_first(lake: Any) -> None:
    older, newer, other = extract("a", 0, "old/1", "old/2"), extract("a", 5, "new/1"), extract("b", 2, "b/1")
    assert write(older, other).extracts == (older, other)
    assert write(newer).extracts == (newer, other)
    assert write(older).extracts == (newer, other)
    assert Manifest.read(Lake("lake"), manifest(WEEK).key("raw")).extracts == (newer, other)


def test_a_reading_out_of_reach_never_takes_the_place_of_one_in_time(lake: Any) -> None:
    in_time = extract("a", 0, "a/1")
    write(in_time)
    too_late = extract("a", 60, flags=("not_seen",), not_seen=(WEEK.key,))
    assert write(too_late).extracts == (in_time,)


def test_runs_that_write_a_slice_at_once_lose_no_subject(lake: Any) -> None:
    subjects = [f"s{number:02}" for number in range(12)]
    with ThreadPoolExecutor(max_workers=6) as pool:
        list(pool.map(lambda subject: write(extract(subject, 0, f"{subject}/1")), subjects))
    assert [each.subject for each in Manifest.read(Lake("lake"), manifest(WEEK).key("raw")).extracts] == subjects


def test_slices_that_touch_a_window_are_found(lake: Any) -> None:
    weeks = [Window(WEEK.start + 7 * n * DAY, WEEK.end + 7 * n * DAY) for n in range(4)]
    keys = [manifest(week).write(Lake("lake"), "raw").key("raw") for week in weeks]
    manifest(WEEK, "commits_of_another_stream").write(Lake("lake"), "raw")
    one = RawWriter(Lake("lake"), "github", "commits", WEEK, "dogbreed/site")
    one.write([b"{}"], READING)
    one.close()

    def found(first: float, last: float) -> list[str]:
        wanted = Window(START + first * DAY, START + last * DAY)
        return list(manifests_in_lake(Lake("lake"), "github", "commits", wanted, 7 * DAY))

    assert found(0, 30) == keys
    assert found(7, 14) == keys[1:2]
    assert found(6, 8) == keys[:2]
    assert found(13.9, 14) == keys[1:2]
    assert found(28, 40) == found(-9, 0) == []


def test_a_connection_that_names_no_bucket_is_told_what_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_POND", '{"conn_type": "aws", "extra": {"region_name": "eu-central-1"}}')
    with pytest.raises(BadConnection, match=r"'pond' names no bucket.*bucket_name"):
        Lake("pond").put("a", b"")


def test_an_answer_is_remembered_by_its_request(lake: Any) -> None:
    from bellwether.hooks.answer import Answer

    cache = LakeCache(Lake("lake"), "github")
    headers = {"ETag": 'W/"1"', "Date": "Sun, 01 Nov 2026 12:00:00 GMT", "Set-Cookie": "secret"}
    assert cache.get("GET a") is None
    cache.put("GET a", Answer(200, headers, b"[1]", START))
    remembered = cache.get("GET a")
    assert remembered is not None
    assert (remembered.body, remembered.headers["ETag"]) == (b"[1]", 'W/"1"')
    assert "Set-Cookie" not in remembered.headers
    assert cache.get("GET b") is None
    assert len(lake.keys("cache/github/")) == 1
