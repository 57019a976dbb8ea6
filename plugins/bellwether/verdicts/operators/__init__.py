"""The tasks of the DAG `verdicts`: signals, answer, publish."""
