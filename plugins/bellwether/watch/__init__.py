"""Watch: the health check, the status in words, and the alerts that people receive."""
