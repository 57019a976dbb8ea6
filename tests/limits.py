"""Vendors in the sandbox that let everybody ask as often as they like."""

from sandbox.limits import Limits

NO_LIMITS = Limits.none()
