"""Tests of association between events and events or counts: pure functions of NumPy arrays without clock or I/O.

Undefined figures are None, never 0. Random numbers are drawn from a seed that is part of the answer.
"""
