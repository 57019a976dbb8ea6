"""`python pins.py requirements.lock requirements.txt`: what this image lacks, as requirements with hashes.

The official Airflow image comes with a few hundred packages that were tested together. They stay as they are, but for
those that requirements.txt names in another version; what is added to them gets the versions and hashes of our lock.
"""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9._-]+")


def canonical(name: str) -> str:
    """A project's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entries(lock: str) -> list[tuple[str, str]]:
    """The lock's requirements: the name, and the pin with the lines of its hashes.

    A name comes twice where the two Pythons get different versions; pip takes the line whose marker fits.
    """
    found: list[tuple[str, str]] = []
    for line in lock.splitlines():
        if name := NAME.match(line):
            found.append((canonical(name[0]), line))
        elif line.lstrip().startswith("--hash=") and found:
            found[-1] = found[-1][0], f"{found[-1][1]}\n{line}"
    return found


def lacking(lock: str, requirements: str, present: dict[str, str]) -> list[str]:
    """The lock's entries for what is not `present` (version by name), or is in another version than is required."""
    required = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", requirements, re.MULTILINE))
    wanted = {canonical(name): version for name, version in required.items()}
    return [
        entry
        for name, entry in entries(lock)
        if name not in present or wanted.get(name, present[name]) != present[name]
    ]


def main(lock: str, requirements: str) -> None:
    present = {canonical(each.metadata["Name"]): each.version for each in distributions()}
    print("\n".join(lacking(Path(lock).read_text(), Path(requirements).read_text(), present)))


if __name__ == "__main__":
    main(*sys.argv[1:])
