"""What Airflow serves: the pages and the status, behind its login."""
