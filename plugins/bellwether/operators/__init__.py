"""The road's three steps as operators: API to S3, stage, load."""
