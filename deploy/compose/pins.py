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
    """A project's name, normalised by PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entries(lock: str) -> list[tuple[str, str]]:
    """The lock's requirements: names, and pins with the lines of their hashes.

    A name comes twice where the two Pythons get different versions; pip takes the line whose marker fits.
    """
    pins: list[tuple[str, str]] = []
    for line in lock.splitlines():
        if name := NAME.match(line):
            pins.append((canonical(name[0]), line))
        elif line.lstrip().startswith("--hash=") and pins:
            pins[-1] = pins[-1][0], f"{pins[-1][1]}\n{line}"
    return pins


def lacking(lock: str, requirements: str, present: dict[str, str]) -> list[str]:
    """The lock's entries for packages that are not `present` (version by name), or not in the required version."""
    required = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", requirements, re.MULTILINE))
    wanted = {canonical(name): version for name, version in required.items()}
    return [
        entry
        for name, entry in entries(lock)
        if name not in present or wanted.get(name, present[name]) != present[name]
    ]


def main(lock: str, requirements: str) -> None:
    present = {canonical(package.metadata["Name"]): package.version for package in distributions()}
    print("\n".join(lacking(Path(lock).read_text(), Path(requirements).read_text(), present)))


if __name__ == "__main__":
    main(*sys.argv[1:])
