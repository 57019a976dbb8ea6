"""The trust in weather forecasts, which decreases with their lead time."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bellwether.models.features import Floats

_MOST = 5.0


@dataclass(frozen=True, slots=True)
class Trust:
    """A driver's effect is multiplied by exp(-rate · days ahead) on the log scale; a rate of 0 is full trust.

    Forecasts for the fifth day are often wrong, but a model that was trained on measured weather would follow them as
    if they were exact.
    """

    rain: float = 0.0
    temperature: float = 0.0
    wind: float = 0.0

    @classmethod
    def of(cls, rides: Floats, scored: dict[str, Floats], days: Floats) -> Trust:
        """The maximum likelihood estimate from forecasts (n,) made `days` (n,) ahead with forecast weather.

        rides: the actual rides. scored: their forecasts by Poisson.score.
        """
        from scipy.optimize import minimize

        effects = np.log([scored[name] for name in NAMES])
        plain = np.log(scored["rides"]) - effects.sum(axis=0)

        def deviance(rates: Floats) -> float:
            forecast = plain + (np.exp(-np.outer(rates, days)) * effects).sum(axis=0)
            return float(np.mean(np.exp(forecast) - rides * forecast))

        if not len(rides):
            return cls()
        fit = minimize(deviance, np.full(len(NAMES), 0.1), bounds=[(0.0, _MOST)] * len(NAMES), method="L-BFGS-B")
        return cls(*fit.x.tolist())

    def applied(self, scored: dict[str, Floats], days: Floats) -> dict[str, Floats]:
        """The result of Poisson.score with the trust applied to the weather's factors and the rides."""
        weights = np.exp(-np.outer(astuple(self), days))
        factors = {name: scored[name] ** weight for name, weight in zip(NAMES, weights, strict=True)}
        ratio = np.prod([factors[name] / scored[name] for name in NAMES], axis=0)
        return {**scored, **factors, "rides": scored["rides"] * ratio}


NAMES = tuple(field.name for field in fields(Trust))
