"""Signals: every table as points, intervals or five-minute counts of the user's services, with who looked when."""

from bellwether.signals.ledger import default_window
from bellwether.signals.reading import SignalError, read_signals
from bellwether.signals.shapes import Grid, Key, Looks, Points, Shape, Signals
from bellwether.signals.stretches import OPEN, Stretches, second

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
