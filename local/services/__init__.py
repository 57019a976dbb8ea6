"""The services from PyPI wheels: PostgreSQL and SeaweedFS."""
