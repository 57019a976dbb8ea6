"""The tasks of the DAG `demand`: the city tables, the ride histories, training and forecast."""
