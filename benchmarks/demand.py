"""What the demand model is worth: on sandbox worlds in which it is known what rides depend on, and where on nothing.

    .venv/bin/python benchmarks/demand.py                   four seeds, three cities, 26 weeks: some minutes
    .venv/bin/python benchmarks/demand.py --seeds 10 --cities 10

In the planted worlds rides follow rain, temperature, wind, arrivals and a slow drift (sandbox/world/riders.py says how
strongly); in the others only the rhythm of day and week. Each model is tested as the product does it, with the weather
as foretold at each fold's origin, and then forecasts five days which it has not seen either. The exit status is 1 where
the model is not clearly better than the naive forecast in planted worlds, nor better there than one that is told
nothing but the clock, or is worse than the naive one in the others, or where its intervals do not hold what they say.
"""

from __future__ import annotations

import os

# Before NumPy is there: what is measured is one core.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "plugins")]

from bellwether.models.advice import advise  # noqa: E402
from bellwether.models.backtest import Backtest, backtest  # noqa: E402
from bellwether.models.demand import DemandModel  # noqa: E402
from bellwether.models.features import PROBABILITY, WEATHER  # noqa: E402
from benchmarks.rides.effects import arrivals, rain  # noqa: E402
from benchmarks.rides.rows import Invented  # noqa: E402
from sandbox.world.airports import BY_ICAO  # noqa: E402

UNTIL = datetime(2026, 11, 2, tzinfo=UTC)
CLEARLY, NO_WORSE, COVERED = 0.9, 1.0, (0.7, 0.9)


def measured(seed: int, cities: int, weeks: int, is_planted: bool) -> dict[str, float]:
    """One world's figures."""
    world = Invented(seed, cities, weeks, UNTIL, is_planted)
    begun = time.process_time()
    tested = backtest(world.rows, as_known=world.foretold)
    model = DemandModel.train(world.rows, tested)
    seconds = time.process_time() - begun
    scored = model.score(world.rows, UNTIL)
    ahead = scored[scored["hour_at"] >= pd.Timestamp(UNTIL)]
    truth = world.truth.merge(ahead, on=["city_id", "place", "hour_at"])
    held = truth["ridden"].between(truth["rides_low"], truth["rides_high"])
    untold = backtest(world.rows.assign(**dict.fromkeys([*WEATHER, PROBABILITY, "seats"], np.nan)))
    errors, without = tested.overall, untold.overall
    assert errors is not None
    assert without is not None
    return {
        "ratio": errors.mae / errors.naive_mae,
        "ratio, told nothing but the clock": without.mae / without.naive_mae,
        "bias": errors.bias / errors.rides_mean,
        "coverage": errors.coverage_80 or np.nan,
        "error ahead by that of who knows all": _mean_error(truth, "rides") / _mean_error(truth, "expected"),
        "held ahead": held.mean(),
        "held, busiest": held[truth["rides"] > truth["rides"].quantile(0.9)].mean(),
        "naive places": np.mean([each.method != "poisson" for each in tested.places.values()]),
        "advices": len(advise(ahead)) / len(model.places),
        "foretold": errors.foretold_share,
        **rain(model, world),
        **arrivals(model, world),
        "airports' ratio": _ratio(tested, airports=True),
        "districts' ratio": _ratio(tested, airports=False),
        "CPU s": seconds,
    }


def _mean_error(truth: pd.DataFrame, name: str) -> float:
    return float((truth[name] - truth["ridden"]).abs().mean())


def _ratio(tested: Backtest, airports: bool) -> float:
    some = [each for (_, place), each in tested.places.items() if (place in BY_ICAO) == airports]
    return sum(each.mae * each.hours for each in some) / sum(each.naive_mae * each.hours for each in some)


def table(figures: dict[str, pd.DataFrame]) -> str:
    """Markdown: a line a figure, a column a kind of world; the mean over seeds, and least and greatest."""
    names = next(iter(figures.values())).columns
    lines = [f"| | {' | '.join(figures)} |", "| --- |" + " --- |" * len(figures)]
    for name in names:
        cells = (
            f"{each[name].mean():.2f} ({each[name].min():.2f} to {each[name].max():.2f})" for each in figures.values()
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def failures(figures: dict[str, pd.DataFrame]) -> list[str]:
    """What is not as it must be."""
    wrong = []
    for name, each in figures.items():
        most = CLEARLY if name == "planted" else NO_WORSE
        if (each["ratio"] >= most).any():
            wrong.append(f"{name}: the error is {each['ratio'].max():.3f} of the naive one's, not below {most}.")
        if name == "planted" and (each["ratio"] >= each["ratio, told nothing but the clock"]).any():
            wrong.append(f"{name}: what drives the rides is of no use.")
        if not COVERED[0] <= each["held ahead"].mean() <= COVERED[1]:
            wrong.append(f"{name}: the 80 % interval holds {each['held ahead'].mean():.0%}.")
    return wrong


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--cities", type=int, default=3)
    parser.add_argument("--weeks", type=int, default=26)
    options = parser.parse_args()
    figures = {}
    for name in ("planted", "rhythm only"):
        lines = []
        for seed in range(1, options.seeds + 1):
            lines.append(measured(seed, options.cities, options.weeks, name == "planted"))
            print(f"{name}, seed {seed}: {lines[-1]['ratio']:.3f} of the naive error", file=sys.stderr, flush=True)
        figures[name] = pd.DataFrame(lines)
    print(table(figures))
    wrong = failures(figures)
    for failure in wrong:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
