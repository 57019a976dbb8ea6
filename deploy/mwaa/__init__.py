"""The bundle for Amazon MWAA: packed into `dist/`, and uploaded to an environment's bucket."""
