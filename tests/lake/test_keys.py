"""How objects in the lake are named."""

from datetime import UTC, datetime, timedelta

import pytest

from bellwether.lake.keys import beside, manifest_key, raw_key, slug
from bellwether.window import Window

START = datetime(2026, 11, 1, 22, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=4))
NAME = "20261101T220000Z--20261102T020000Z"


def test_a_raw_part_is_named_by_its_window_and_subject() -> None:
    key = raw_key("github", "commits", WINDOW, "dogbreed/site", 1, "0a1b2c3d4e5f")
    assert key == f"raw/github/commits/dt=2026-11-01/{NAME}.dogbreed-site-c4d452.0001.0a1b2c3d4e5f.jsonl.zst"
    assert manifest_key("raw", "github", "commits", WINDOW) == f"raw/github/commits/dt=2026-11-01/{NAME}.json"


@pytest.mark.parametrize(("zone", "ending"), [("staged", "parquet"), ("rejected", "jsonl.zst")])
def test_what_became_of_a_part_lies_beside_it_under_its_name(zone: str, ending: str) -> None:
    key = raw_key("github", "commits", WINDOW, "dogbreed/site", 2, "0a1b2c3d4e5f")
    assert beside(key, zone, ending) == (
        f"{zone}/github/commits/dt=2026-11-01/{NAME}.dogbreed-site-c4d452.0002.0a1b2c3d4e5f.{ending}"
    )


def test_different_subjects_never_share_a_name() -> None:
    subjects = ["a/b", "a-b", "A/b", "a.b", "a/b/", "日本", "犬", "", "x" * 60, "x" * 61]
    assert len({slug(subject) for subject in subjects}) == len(subjects)


@pytest.mark.parametrize("subject", ["../../etc", "a b?c#d", "日本語", "x" * 500, "ümlaut/ß"])
def test_a_subject_makes_a_harmless_part_of_a_key(subject: str) -> None:
    made = slug(subject)
    assert len(made) <= 47
    assert made.isascii()
    assert not set("/.?#% ") & set(made)
