"""Sandbox worlds as the demand model's rows, and what was planted in them."""
