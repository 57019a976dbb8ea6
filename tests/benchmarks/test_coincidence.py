"""Event coincidence analysis: the references' figures in their own conventions, and the right ones in ours."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.companies.coincidence import Coincidences, Convention, event_coincidence, poisson_p

CASES = json.loads((Path(__file__).parent / "reference" / "eca_cases.json").read_text())["cases"]
RESULTS = [
    pytest.param(case, result, id=f"{number}-{result['deltaT']}-{result['lag']}")
    for number, case in enumerate(CASES)
    for result in case["results"]
]


def both_ways(case: dict, result: dict, convention: Convention, **more) -> tuple[Coincidences, Coincidences]:
    x, y, window, lag = case["x_events"], case["y_events"], result["deltaT"], result["lag"]
    first = 1 if "1-based" in case["tag"] else 0
    span = (first, first + case["n"] - 1)
    return (
        event_coincidence(x, y, window, lag, span=span, convention=convention, **more),
        event_coincidence(y, x, window, lag, span=span, convention=convention, **more),
    )


def counted_one_by_one(a: list[float], b: list[float], window: float, lag: float, low: float) -> tuple[int, int]:
    precursor = sum(any(low <= x - y - lag <= window for y in b) for x in a)
    return precursor, sum(any(low <= x - y - lag <= window for x in a) for y in b)


def test_there_are_all_the_reference_cases() -> None:
    assert len(RESULTS) == 72


@pytest.mark.parametrize(("case", "result"), RESULTS)
def test_rates_are_pyunicorns(case, result) -> None:
    xy, yx = both_ways(case, result, Convention.PYUNICORN)
    rates = (xy.precursor.rate, xy.trigger.rate, yx.precursor.rate, yx.trigger.rate)
    assert rates == tuple(result[key] for key in ("precursor_XY", "trigger_XY", "precursor_YX", "trigger_YX"))


@pytest.mark.parametrize(("case", "result"), [each for each in RESULTS if each.values[1]["deltaT"] > 0])
def test_significance_and_symmetric_rates_are_pyunicorns(case, result) -> None:
    xy, yx = both_ways(case, result, Convention.PYUNICORN)
    assert [1 - xy.precursor.p, 1 - yx.precursor.p] == pytest.approx(result["signif_advanced"], abs=1e-12)
    assert [1 - xy.trigger.p, 1 - yx.trigger.p] == pytest.approx(result["signif_retarded"], abs=1e-12)
    xy, yx = both_ways(case, result, Convention.PYUNICORN, symmetric=True)
    assert [xy.precursor.rate, yx.precursor.rate] == result["symmetric"]


@pytest.mark.parametrize(("case", "result"), RESULTS)
def test_counts_and_p_are_coincalcs(case, result) -> None:
    xy, yx = both_ways(case, result, Convention.COINCALC_TS)
    found = {"prec_XY": xy.precursor, "trig_XY": xy.trigger, "prec_YX": yx.precursor, "trig_YX": yx.trigger}
    counts = result["counts_no_edge"]
    assert (xy.precursor.n, xy.trigger.n) == (counts["N_X"], counts["N_Y"])
    for key, rate in found.items():
        assert rate.coinciding == counts[f"K_{key}"]
        assert rate.rate == pytest.approx(rate.coinciding / rate.n)
        assert rate.p == pytest.approx(result["poisson_p_coincalc_ts"][key], rel=1e-9)


@pytest.mark.parametrize("convention", Convention)
@pytest.mark.parametrize("symmetric", [False, True])
def test_the_conventions_count_the_same_pairs(convention, symmetric) -> None:
    random = np.random.default_rng(6)
    for _ in range(150):
        whole = random.random() < 0.5
        a, b = (random.uniform(0, 60, random.integers(0, 25)) for _ in "ab")
        a, b = (np.round(a), np.round(b)) if whole else (a, b)
        window, lag = (int(random.integers(0, 9)), int(random.integers(0, 5))) if whole else random.uniform(0, 6, 2)
        found = event_coincidence(a, b, window, lag, symmetric=symmetric, convention=convention)
        if convention is not Convention.PYUNICORN:
            pairs = counted_one_by_one(list(a), list(b), window, lag, -window if symmetric else 0)
            assert (found.precursor.coinciding, found.trigger.coinciding) == pairs
        assert found.precursor.n <= len(a)
        assert found.trigger.n <= len(b)


def test_only_events_whose_window_was_watched_count() -> None:
    found = event_coincidence([2, 3, 50], [48, 49, 50], 1, 1, span=(1, 50))
    # A window reaches from 2 to 1 bins before an event of A: that of 2 begins before the first bin.
    assert (found.precursor.n, found.precursor.coinciding) == (2, 1)
    # And from 1 to 2 bins after an event of B: those of 49 and 50 end after the last.
    assert (found.trigger.n, found.trigger.coinciding) == (1, 1)
    assert found.trigger.p == pytest.approx(1 - (1 - 2 / 50) ** 3)
    symmetric = event_coincidence([2, 3, 50], [48, 49, 50], 1, 1, span=(1, 50), symmetric=True)
    assert (symmetric.precursor.n, symmetric.trigger.n) == (2, 1)
    assert symmetric.precursor.p == pytest.approx(1 - (1 - 3 / 50) ** 6)


def test_order_unit_and_origin_of_the_times_do_not_matter() -> None:
    a, b = [31, 5, 20, 20], [40, 4, 29, 17]
    found = event_coincidence(a, b, 2, 1, span=(1, 50))
    assert event_coincidence(sorted(a), sorted(b), 2, 1, span=(1, 50)) == found
    assert event_coincidence(np.add(a, 1e9), np.add(b, 1e9), 2, 1, span=(1e9 + 1, 1e9 + 50)) == found
    scaled = event_coincidence(np.multiply(a, 300), np.multiply(b, 300), 600, 300, span=(300, 15000), step=300)
    assert scaled.precursor.p == pytest.approx(found.precursor.p)
    assert (scaled.trigger.coinciding, scaled.trigger.n) == (found.trigger.coinciding, found.trigger.n)


def test_a_symmetric_window_of_no_width_keeps_to_its_convention() -> None:
    sized = [event_coincidence([5, 9], [3], 0, 2, span=(1, 10), symmetric=each) for each in (False, True)]
    assert [each.precursor.coinciding for each in sized] == [1, 1]
    theirs = [
        event_coincidence([5], [3], 0, 2, span=(1, 10), symmetric=each, convention=Convention.COINCALC_TS).trigger.p
        for each in (False, True)
    ]
    assert theirs == pytest.approx([1 / 8, 1 / 10])


def test_two_events_at_one_time_are_two_events() -> None:
    found = event_coincidence([7, 7], [6, 6, 6], 1)
    assert (found.precursor.coinciding, found.precursor.n) == (2, 2)
    assert (found.trigger.coinciding, found.trigger.n) == (3, 3)


def test_times_between_the_bins_count_to_the_window_end() -> None:
    found = event_coincidence([10.5], [10.25], 0.25, span=(0.0, 20.0), step=0.0)
    assert found.precursor.coinciding == 1
    assert found.precursor.p == pytest.approx(0.25 / 20)
    assert event_coincidence([10.5], [10.24], 0.25).precursor.coinciding == 0
    assert event_coincidence([10.5], [10.51], 0.25).precursor.coinciding == 0


def test_no_window_at_all_still_finds_what_is_at_one_time() -> None:
    found = event_coincidence([3, 9], [3, 8], 0, span=(1, 10))
    assert (found.precursor.coinciding, found.precursor.rate) == (1, 0.5)
    assert found.precursor.p == pytest.approx(1 - (1 - 1 / 10) ** 4)


@pytest.mark.parametrize("convention", Convention)
def test_of_no_events_nothing_is_defined_and_nothing_coincides_with_none(convention) -> None:
    found = event_coincidence([], [3, 8, 21], 2, span=(1, 30), convention=convention)
    assert (found.precursor.n, found.precursor.rate, found.precursor.p) == (0, None, None)
    assert (found.trigger.coinciding, found.trigger.rate) == (0, 0.0)
    empty = event_coincidence([], [], 2, span=(1, 30), convention=convention)
    assert empty.precursor == empty.trigger == event_coincidence([], [], 2).trigger


def test_without_a_span_there_is_no_p() -> None:
    found = event_coincidence([5, 9], [4], 2)
    assert (found.precursor.n, found.precursor.rate, found.precursor.p) == (2, 0.5, None)


def test_one_event_has_a_rate_unless_the_ends_are_the_events_own() -> None:
    found = event_coincidence([5], [4], 2, span=(1, 30))
    assert (found.precursor.rate, found.trigger.rate) == (1.0, 1.0)
    assert found.precursor.p == pytest.approx(3 / 30)
    theirs = event_coincidence([5], [4], 2, span=(1, 30), convention=Convention.PYUNICORN)
    assert (theirs.precursor.n, theirs.precursor.rate, theirs.precursor.p) == (0, None, None)


def test_that_all_coincide_is_unlikely_and_not_impossible() -> None:
    b = np.arange(10, 100, 10)
    ours = event_coincidence(b + 1, b, 1, span=(1, 100)).trigger
    assert ours.coinciding == ours.n == 9
    assert ours.p == pytest.approx((1 - (1 - 2 / 100) ** 9) ** 9, rel=1e-9)
    assert poisson_p(9, 9, 9, 2, 100) == ours.p


def test_independent_events_are_found_linked_one_time_in_twenty_and_by_the_references_in_two_of_five() -> None:
    found = dict.fromkeys(Convention, 0)
    for seed in range(200):
        random = np.random.default_rng(seed)
        a, b = (random.choice(16128, 300, replace=False) for _ in "ab")
        for convention in Convention:
            rates = event_coincidence(a, b, 2, span=(0, 16127), convention=convention)
            found[convention] += rates.trigger.p <= 0.05
    assert found[Convention.CORRECTED] <= 200 * 0.08
    assert found[Convention.COINCALC_TS] <= 200 * 0.08
    assert found[Convention.PYUNICORN] >= 200 * 0.3
    assert found[Convention.COINCALC_ES] >= 200 * 0.3


def test_the_event_series_convention_differs_from_the_time_series_one_in_width_alone() -> None:
    a, b = [5, 20, 31], [4, 17, 29, 40]
    by_step = event_coincidence(a, b, 2, 1, span=(1, 50), convention=Convention.COINCALC_TS)
    by_event = event_coincidence(a, b, 2, 1, span=(1, 50), convention=Convention.COINCALC_ES)
    assert by_step.trigger.coinciding == by_event.trigger.coinciding
    assert by_step.trigger.p == poisson_p(by_step.trigger.coinciding, 4, 3, 3, 49)
    assert by_event.trigger.p == poisson_p(by_event.trigger.coinciding, 4, 3, 2, 49)
    wide = {each: event_coincidence(a, b, 2, 1, span=(1, 50), symmetric=True, convention=each) for each in Convention}
    assert wide[Convention.COINCALC_TS].trigger.p == poisson_p(
        wide[Convention.COINCALC_TS].trigger.coinciding, 4, 3, 5, 50
    )
    assert wide[Convention.COINCALC_ES].trigger.p == poisson_p(
        wide[Convention.COINCALC_ES].trigger.coinciding, 4, 3, 3, 50
    )
    assert wide[Convention.PYUNICORN].trigger.p is None


def test_a_window_longer_than_the_time_is_always_hit() -> None:
    assert poisson_p(4, 4, 1, width=20, length=10) == 1.0
    assert poisson_p(0, 4, 0, width=1, length=10) == 1.0
    assert poisson_p(1, 4, 0, width=1, length=10) == 0.0
    assert poisson_p(0, 0, 5, width=1, length=10) is None


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (([1.0, math.nan], [2.0], 1), "leave out events without a time"),
        (([1.0, math.inf], [2.0], 1), "leave out events without a time"),
        (([[1.0]], [2.0], 1), "one series"),
        (([1.0], [2.0], -1), "swap the two series"),
        (([1.0], [2.0], 1, -1), "swap the two series"),
        (([1.0], [2.0], math.nan), "swap the two series"),
    ],
)
def test_what_is_no_time_or_window_is_refused(arguments, remedy) -> None:
    with pytest.raises(ValueError, match=remedy):
        event_coincidence(*arguments)


def test_events_outside_the_span_are_refused() -> None:
    with pytest.raises(ValueError, match="outside the span"):
        event_coincidence([0], [5], 1, span=(1, 10))


def test_a_lag_must_leave_time() -> None:
    with pytest.raises(ValueError, match="leave some time"):
        event_coincidence([4], [5], 1, 10, span=(1, 10), convention=Convention.COINCALC_TS)
    with pytest.raises(ValueError, match="0 <= k <= n"):
        poisson_p(5, 4, 1, 1, 10)
