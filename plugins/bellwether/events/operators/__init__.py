"""The tasks of the DAGs `events`, `event_reports` and `erase`."""
