"""How much of what is foretold of the weather to believe, the less the further ahead."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bellwether.models.features import Floats

_MOST = 5.0


@dataclass(frozen=True, slots=True)
class Trust:
    """Of a driver's effect, exp(-lost · days) is believed that many days ahead; 0: all of it.

    Forecasts for the fifth day are wrong often, and a model that learned from weather as it was would follow them as
    though they were not.
    """

    rain: float = 0.0
    temperature: float = 0.0
    wind: float = 0.0

    @classmethod
    def of(cls, rides: Floats, scored: dict[str, Floats], days: Floats) -> Trust:
        """The one under which forecasts (n,) made `days` (n,) before, with weather as foretold, were likeliest.

        rides: those that came about. scored: what Poisson.score foretold of them.
        """
        from scipy.optimize import minimize

        effects = np.log([scored[name] for name in NAMES])
        plain = np.log(scored["rides"]) - effects.sum(axis=0)

        def deviance(lost: Floats) -> float:
            forecast = plain + (np.exp(-np.outer(lost, days)) * effects).sum(axis=0)
            return float(np.mean(np.exp(forecast) - rides * forecast))

        if not len(rides):
            return cls()
        found = minimize(deviance, np.full(len(NAMES), 0.1), bounds=[(0.0, _MOST)] * len(NAMES), method="L-BFGS-B")
        return cls(*found.x.tolist())

    def applied(self, scored: dict[str, Floats], days: Floats) -> dict[str, Floats]:
        """What Poisson.score gave, with the weather's factors and the rides as they are believed."""
        believed = np.exp(-np.outer(astuple(self), days))
        factors = {name: scored[name] ** share for name, share in zip(NAMES, believed, strict=True)}
        less = np.prod([factors[name] / scored[name] for name in NAMES], axis=0)
        return {**scored, **factors, "rides": scored["rides"] * less}


NAMES = tuple(field.name for field in fields(Trust))
