"""Models with three verbs: train, score and get_parameters; parameters are JSON. Nothing here knows Airflow."""
