"""The services a run needs beside Python: PostgreSQL and SeaweedFS, from PyPI wheels."""
