"""Models with three methods: train, score and get_parameters; parameters are JSON. They do not depend on Airflow."""
