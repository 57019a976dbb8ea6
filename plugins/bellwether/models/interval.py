"""How far a count may lie off its forecast: from the errors made out of fold."""

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

    spread: what is more than a Poisson count's own variance, of a negative binomial's form.
    """

    low: float
    high: float
    spread: float

    @classmethod
    def of(cls, rides: Floats, forecast: Floats) -> Interval:
        """From forecasts (n,) made without knowing `rides` (n,), as split conformal prediction does.

        The quantiles are those of the Pearson residuals, each taken a little outwards for the finite n: J. Lei and
        others, Distribution-free predictive inference for regression, JASA 113 (2018), section 2.2.
        """
        error = rides - forecast
        spread = max(float(np.sum(error**2 - forecast) / max(np.sum(forecast**2), 1e-9)), 0.0)
        residuals = np.sort(error / _scale(forecast, spread))
        n, tail = len(residuals), (1 - LEVEL) / 2
        outward = min(int(np.ceil((n + 1) * (1 - tail))), n) - 1
        return cls(float(residuals[n - 1 - outward]), float(residuals[outward]), spread)

    def around(self, forecast: Floats) -> tuple[Floats, Floats]:
        """The lower and upper ends, (n,) each; no count is below 0."""
        scale = _scale(forecast, self.spread)
        return np.maximum(forecast + self.low * scale, 0), np.maximum(forecast + self.high * scale, 0)


def _scale(forecast: Floats, spread: float) -> Floats:
    return np.sqrt(1 + forecast + spread * forecast**2)
