"""Verdicts: tests whether two series are associated, from questions and signals to a report and its page."""
