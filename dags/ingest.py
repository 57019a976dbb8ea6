"""One Airflow dag for each source: every module in bellwether.sources."""

from bellwether.flow import ingest
from bellwether.sources import source_names

for source in source_names():
    globals()[source] = ingest(source)
