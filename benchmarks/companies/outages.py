"""Outages: roots at random or triggered, that open again about an hour later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
REOPENINGS = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Outages:
    """Epoch seconds, sorted, apart."""

    starts: Seconds
    ends: Seconds


def outages(rng: np.random.Generator, roots: Seconds) -> Outages:
    """Outages that begin at `roots`: lognormal durations (median 12 min), Poisson(.4) re-openings of each."""
    again = np.repeat(roots, rng.poisson(REOPENINGS, len(roots)))
    again = again + rng.gamma(9, 3600 / 9, len(again)).astype(np.int64)
    starts = np.concatenate([roots, again])
    lengths = np.maximum(60, rng.lognormal(np.log(720), 0.8, len(starts))).astype(np.int64)
    return Outages(starts, starts + lengths)


def triggered(rng: np.random.Generator, causes: Seconds, share: float, minutes: float) -> Outages:
    """Outages that `share` of the causes bring after an exponential time."""
    brought = causes[rng.random(len(causes)) < share]
    return outages(rng, brought + rng.exponential(60 * minutes, len(brought)).astype(np.int64))


def merged(parts: list[Outages], until: int) -> Outages:
    """All of them before `until`; one that begins while another is open is part of that one."""
    starts = np.concatenate([part.starts for part in parts])
    ends = np.concatenate([part.ends for part in parts])
    order = np.argsort(starts, kind="stable")
    order = order[starts[order] < until]
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    opens = np.append(True, starts[1:] > ends[:-1])[: len(starts)]
    last = np.append(np.flatnonzero(opens)[1:] - 1, len(starts) - 1)[: opens.sum()]
    return Outages(starts[opens], ends[last])
