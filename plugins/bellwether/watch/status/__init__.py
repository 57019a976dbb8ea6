"""The stack's status in sentences."""
