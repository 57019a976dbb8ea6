"""Verdicts: does one series go with another? Questions and signals in, statistics, a report and its page out."""
