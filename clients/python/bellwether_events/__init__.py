"""Sends product events to a bellwether collector."""

from bellwether_events.client import Client

__all__ = ["Client"]
__version__ = "1.0.0"
