"""The bundle as Amazon MWAA takes it: packed into `dist/`, and brought to an environment's bucket."""
