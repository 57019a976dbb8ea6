import numpy as np
import pytest

from bellwether.verdicts.stats.answer import Answer
from bellwether.verdicts.stats.curve import curve
from bellwether.verdicts.stats.events import Counts
from tests.verdicts.stats.worlds import OF, SLOTS_OF_CAUSES, busy, everywhere


def test_the_curve_peaks_where_the_effect_is(followed: Answer) -> None:
    curve = followed.curve
    assert curve is not None
    at = curve.minutes.index(5)
    values = [value or 0.0 for value in curve.values]
    assert np.argmax(values) == at
    assert values[at] == 0.5
    assert values[at] > (curve.high[at] or 0.0)
    assert (curve.minutes[0], curve.minutes[-1]) == (-120, 240)
    band = zip(curve.low, curve.expected, curve.high, strict=True)
    assert all((low or 0) <= (mid or 0) <= (high or 0) for low, mid, high in band)


def test_the_histogram_holds_every_reshuffle_and_what_was_observed(followed: Answer) -> None:
    histogram = followed.histogram
    assert histogram is not None
    assert sum(histogram.counts) == 999
    assert len(histogram.edges) == len(histogram.counts) + 1
    assert histogram.observed == pytest.approx(max(each.z or 0 for each in followed.forward))


def test_a_curve_of_counts_has_the_mean_count_and_what_other_days_have() -> None:
    counts = busy(OF, 20.0, 1)
    shown = curve(SLOTS_OF_CAUSES, everywhere(56), counts, OF, 299, 1)
    assert shown is not None
    at = shown.minutes.index(30)
    assert shown.values[at] == pytest.approx(counts.values.ravel()[SLOTS_OF_CAUSES + 6].mean())
    outside = [
        not (low or 0) <= (value or 0) <= (high or 0)
        for value, low, high in zip(shown.values, shown.low, shown.high, strict=True)
    ]
    assert sum(outside) == 0


def test_a_lag_that_nobody_observed_has_no_value() -> None:
    values = busy(OF, 20.0, 1).values.ravel().copy()
    values[SLOTS_OF_CAUSES + 6] = np.nan
    shown = curve(SLOTS_OF_CAUSES, everywhere(56), Counts(values.reshape(56, -1)), OF, 99, 1)
    assert shown is not None
    assert shown.values[shown.minutes.index(30)] is None
    assert shown.values[shown.minutes.index(25)] is not None


def test_no_events_have_no_curve() -> None:
    assert curve(np.zeros(0, dtype=np.int64), everywhere(56), busy(OF, 5.0, 1), OF, 99, 1) is None
