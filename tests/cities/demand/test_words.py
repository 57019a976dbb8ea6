"""What a forecast says in words: never too long, and nothing in it that a terminal would obey."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from bellwether.cities.demand.rows import ROW
from bellwether.cities.demand.words import forecast_text, too_few_text
from bellwether.models.backtest import Errors
from bellwether.models.demand import DemandModel

MADE_AT = datetime(2025, 6, 4, 6, tzinfo=UTC)
ERRORS = Errors(
    hours=900, folds=8, mae=3.0, naive_mae=4.0, rmse=4.0, bias=0.1, rides_mean=20.0, coverage_80=0.79,
    foretold_share=0.25, method="",
)  # fmt: skip


def model(errors: Errors | None = ERRORS, left_out: int = 0, until: str = "2025-06-04T00:00:00+00:00") -> DemandModel:
    places = {("berlin", f"place {n}"): ERRORS for n in range(3)}
    why = {("london", f"lost {n}"): "20 days of its rides are known; 33 are the least" for n in range(left_out)}
    nothing = DemandModel.train(pd.DataFrame(columns=ROW))
    tested = replace(nothing.backtest, places=places, overall=errors, left_out=why)
    return replace(nothing, backtest=tested, hours=1234, since="2025-01-01T00:00:00+00:00", until=until)


def forecasts(*methods: str) -> pd.DataFrame:
    rows = [("berlin", f"place {number}", method, 120) for number, method in enumerate(methods)]
    return pd.DataFrame(rows, columns=["city_id", "place", "method", "hour_count"])


def advice(count: int, **more: Any) -> list[dict[str, Any]]:
    start = MADE_AT + timedelta(hours=16)
    one = {"city_id": "berlin", "place": "EDDB", "ends_at": start + timedelta(hours=3), "rides": 60.0,
           "rides_usual": 40.0, "why": "arrivals +50 %"}  # fmt: skip
    return [one | {"starts_at": start - timedelta(hours=n), "scooters": n + 1} | more for n in range(count)]


THREE = forecasts("poisson", "poisson", "poisson")


def test_a_piece_of_advice_is_a_line_with_where_when_how_many_and_why() -> None:
    (line,) = [line for line in forecast_text(MADE_AT, model(), THREE, advice(1)).splitlines() if "EDDB" in line]
    expected = "Berlin, EDDB Thu 05 Jun 00:00-03:00 +1 60 rides, 40 usual: arrivals +50 %"
    assert " ".join(line.split()) == expected


def test_a_stretch_into_another_day_says_which() -> None:
    long = advice(1, ends_at=MADE_AT + timedelta(hours=40))
    assert " Thu 05 Jun 00:00-Fri 00:00 " in forecast_text(MADE_AT, model(), THREE, long)


def test_only_the_strongest_are_shown_and_the_rest_counted() -> None:
    text = forecast_text(MADE_AT, model(), THREE, advice(40))
    shown = [line for line in text.splitlines() if "EDDB" in line]
    assert len(shown) == 12
    assert {line.split("+")[1].split()[0] for line in shown} == {str(n) for n in range(29, 41)}
    assert "and 28 more in the table demand_advice" in text


def test_it_stays_within_its_lines_with_every_doubt_there_is() -> None:
    some = forecasts("poisson", "seasonal naive")
    text = forecast_text(MADE_AT, model(left_out=30, until="2025-05-20T00:00:00+00:00"), some, advice(99))
    assert len(text.splitlines()) <= 25
    assert "Backtest (8 times 5 days): 3.00 rides off an hour on average, 25 % less than" in text
    assert "intervals held 79 % of the hours" in text
    assert "newest rides are 15 days old" in text
    assert "foretold in 25 % of" in text
    assert "in 1 place the model was no better than the week before" in text
    assert "Left out: 31 places: London, lost 0 (20 days of its rides are known); " in text


def test_a_model_that_is_worse_than_the_week_before_is_said_to_be() -> None:
    worse = Errors(900, 8, 5.0, 4.0, 6.0, 0.1, 20.0, None, 1.0, "")
    text = forecast_text(MADE_AT, model(worse), THREE, [])
    assert "25 % more than the same hour a week before" in text
    assert "No hour differs enough" in text
    assert "intervals held" not in text
    assert "Doubtful" not in text


def test_names_are_shown_without_what_a_terminal_would_obey() -> None:
    evil = "\x1b[2J\nBerlin\u202e" + "x" * 300
    text = forecast_text(MADE_AT, model(), THREE, advice(1, place=evil, city_id="old\ncity"))
    assert all(line.isprintable() for line in text.splitlines())
    assert all(len(line) < 160 for line in text.splitlines())
    assert len(text.splitlines()) < 12
    assert all(line.isprintable() for line in too_few_text({("\x1b", evil): "w"}).splitlines())
