"""What the pages in Airflow's UI share: how a system registers one, frame, charts, tables, shelf, routes."""
