"""Signals: tables as points, intervals or five-minute counts of the user's services, with their coverage."""

from bellwether.verdicts.signals.coverage import default_window
from bellwether.verdicts.signals.intervals import OPEN, Intervals, second
from bellwether.verdicts.signals.reading import SignalError, read_signals
from bellwether.verdicts.signals.shapes import Coverage, Grid, Key, Points, Shape, Signals

__all__ = [
    "OPEN",
    "Coverage",
    "Grid",
    "Intervals",
    "Key",
    "Points",
    "Shape",
    "SignalError",
    "Signals",
    "default_window",
    "read_signals",
    "second",
]
