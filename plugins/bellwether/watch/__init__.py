"""Watch: the health check, the status as text, and alerts to people."""
