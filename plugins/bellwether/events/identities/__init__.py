"""Whose a device is, and when: intervals from sign-in to sign-out."""
