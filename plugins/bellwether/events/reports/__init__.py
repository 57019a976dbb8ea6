"""Job 2: the report tables, by every product's own days."""
