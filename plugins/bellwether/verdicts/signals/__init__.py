"""Signals: every table as points, intervals or five-minute counts of the user's services, with who looked when."""

from bellwether.verdicts.signals.ledger import default_window
from bellwether.verdicts.signals.reading import SignalError, read_signals
from bellwether.verdicts.signals.shapes import Grid, Key, Looks, Points, Shape, Signals
from bellwether.verdicts.signals.stretches import OPEN, Stretches, second

__all__ = [
    "OPEN",
    "Grid",
    "Key",
    "Looks",
    "Points",
    "Shape",
    "SignalError",
    "Signals",
    "Stretches",
    "default_window",
    "read_signals",
    "second",
]
