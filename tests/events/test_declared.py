"""events.toml is read strictly: what is wrong is named with its line and what to write."""

from pathlib import Path

import pytest

from bellwether.events.declared import EventsFileError, read_declared

GOOD = """[[application]]
tracking = "a"
timezone = "Europe/Paris"

[[funnel]]
name = "f"
tracking = "a"
steps = ["x", "y"]
"""


def read(folder: Path, text: str) -> object:
    (folder / "events.toml").write_text(text)
    read_declared.cache_clear()
    return read_declared(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("Europe/Paris", "Europe/Pariss"), r"line 3: timezone 'Europe/Pariss' is no zone; write one like"),
        (GOOD.replace('["x", "y"]', '["x"]'), r"line 8: .*length >= 2.*An entry like it has: name, tracking, steps"),
        (GOOD + "window_days = 0\n", r"line 9: .*>= 1"),
        (GOOD.replace("timezone", "timezoen"), r"line 3: .*unknown field `timezoen`.*tracking, timezone, gap_minutes"),
        (GOOD + GOOD, r"line 10: tracking stands here a second time"),
        (GOOD + "[[funnels]]\nname = 1\n", r"line 9: .*unknown field `funnels`.*\[\[application\]\], \[\[funnel\]\]"),
        ("tracking = x\n", r"is no TOML: .*line 1"),
        ('[[application]]\ntimezone = "UTC"\n', r"line 1: .*missing required field `tracking`"),
    ],
    ids=["zone", "one step", "window", "misspelt key", "twice", "misspelt table", "no TOML", "no tracking id"],
)
def test_what_is_wrong_is_named_with_its_line_and_a_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(EventsFileError, match=message):
        read(tmp_path, text)


def test_what_is_not_declared_has_the_usual(tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    declared = read_declared(tmp_path)
    assert (declared.of("a").timezone, declared.of("b").timezone, declared.of("b").gap_minutes) == (
        "Europe/Paris",
        "UTC",
        30,
    )


def test_the_bundle_s_own_file_is_understood() -> None:
    assert read_declared().of("timesheets").timezone == "Europe/Warsaw"
