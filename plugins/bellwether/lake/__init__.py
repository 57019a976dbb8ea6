"""The lake: what vendors said (raw), what became of it (staged), and what did not fit (rejected), in S3."""

from bellwether.lake.bucket import Lake
from bellwether.lake.manifest import Extract, Failure, Manifest

__all__ = ["Extract", "Failure", "Lake", "Manifest"]
