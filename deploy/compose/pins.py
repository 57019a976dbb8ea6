"""`python pins.py requirements.lock`: constraints for the packages of the lock that this image has not got.

The official Airflow image comes with a few hundred packages that were tested together. They stay as they are; what is
added to them gets the versions of our lock.
"""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path


def canonical(name: str) -> str:
    """A project's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main(lock: str) -> None:
    present = {canonical(each.metadata["Name"]) for each in distributions()}
    for line in Path(lock).read_text().splitlines():
        name = re.match(r"[A-Za-z0-9._-]+(?===)", line)
        if name and canonical(name[0]) not in present:
            print(line)


if __name__ == "__main__":
    main(sys.argv[1])
