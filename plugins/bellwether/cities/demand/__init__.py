"""Demand: loads rides, trains the model, and writes forecasts to tables and text."""
