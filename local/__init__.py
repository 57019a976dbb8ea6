"""Starts and stops PostgreSQL, SeaweedFS, Airflow and the services of the bundle on one machine."""
