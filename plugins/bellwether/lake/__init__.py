"""The lake in S3: vendors' records as received (raw), typed (staged), and the records that did not fit (rejected)."""

from bellwether.lake.bucket import Lake
from bellwether.lake.manifest import Extract, Failure, Manifest

__all__ = ["Extract", "Failure", "Lake", "Manifest"]
