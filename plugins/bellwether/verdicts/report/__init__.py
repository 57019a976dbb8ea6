"""Verdicts for people: the report, its page, its words."""
