"""Prediction intervals of counts from out-of-sample errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bellwether.models.features import Floats

LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class Interval:
    """An 80 % interval around a forecast m: from m + low·s to m + high·s, where s² = 1 + m + spread·m².

    spread: the overdispersion relative to a Poisson count, in the form of a negative binomial variance.
    """

    low: float
    high: float
    spread: float

    @classmethod
    def of(cls, rides: Floats, forecast: Floats) -> Interval:
        """From out-of-sample forecasts (n,) of `rides` (n,), by split conformal prediction.

        The ends are quantiles of the Pearson residuals with the correction for finite n: J. Lei et al.,
        Distribution-free predictive inference for regression, JASA 113 (2018), section 2.2.
        """
        error = rides - forecast
        spread = max(float(np.sum(error**2 - forecast) / max(np.sum(forecast**2), 1e-9)), 0.0)
        residuals = np.sort(error / _scale(forecast, spread))
        n, tail = len(residuals), (1 - LEVEL) / 2
        outward = min(int(np.ceil((n + 1) * (1 - tail))), n) - 1
        return cls(float(residuals[n - 1 - outward]), float(residuals[outward]), spread)

    def around(self, forecast: Floats) -> tuple[Floats, Floats]:
        """The lower and upper ends, (n,) each, at least 0."""
        scale = _scale(forecast, self.spread)
        return np.maximum(forecast + self.low * scale, 0), np.maximum(forecast + self.high * scale, 0)


def _scale(forecast: Floats, spread: float) -> Floats:
    return np.sqrt(1 + forecast + spread * forecast**2)
