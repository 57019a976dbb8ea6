"""Demand: rides taken in, learned from, forecast, and told in tables and words."""
