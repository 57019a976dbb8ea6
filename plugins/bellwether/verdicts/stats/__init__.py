"""Whether events go with other events or with counts: pure functions of NumPy arrays, no Airflow, no clock, no I/O.

Undefined is None, never 0. What is random is drawn from a seed that is part of the answer.
"""
