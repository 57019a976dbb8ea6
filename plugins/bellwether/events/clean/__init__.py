"""From the collector's segments to one typed row per event."""
