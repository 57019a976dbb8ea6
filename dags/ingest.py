"""One Airflow DAG for each source: every module in bellwether.sources that imports.

Airflow knows import errors by DAG file, and stops every DAG of a file that has one. So this file leaves out a source
that does not import, and source_errors.py, which has no DAG of its own, raises its error.
"""

from bellwether.flow import ingest
from bellwether.sources import sources

for source in sources():
    globals()[source.name] = ingest(source)
