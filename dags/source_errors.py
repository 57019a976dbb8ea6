"""Import errors of the sources, for Airflow to show; no DAG is in this file.

A source that does not import has no DAG until it is corrected: Airflow hides that DAG, as it hides every DAG whose file
does not import, and keeps its runs, which are there again afterwards. All other sources go on.
"""

from bellwether.sources import broken_sources

errors = list(broken_sources().values())
if errors:
    raise ExceptionGroup("Some sources cannot be imported", errors)
