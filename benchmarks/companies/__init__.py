"""Simulated companies in which it is known what goes with what, and what each method makes of them."""
