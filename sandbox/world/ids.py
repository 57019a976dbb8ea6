"""Numbers and hashes as GitHub gives them out: unique, rising with time, the same in every run."""

from __future__ import annotations

from hashlib import sha1

from sandbox.world.days import FIRST_DAY, first_second

REPOSITORIES = ("dogbreed/site", "dogbreed/api")
_FIRST = {
    "release": 192_000_000,
    "deployment": 2_050_000_000,
    "issue": 2_700_000_000,
    "run": 12_100_000_000,
}
_SLOTS = 16


def github_id(kind: str, repo: str, second: int, order: int = 0) -> int:
    """Id of the `order`-th (below 16) thing of its kind that a repository got in that second."""
    age = second - first_second(FIRST_DAY)
    return _FIRST[kind] + (age * len(REPOSITORIES) + REPOSITORIES.index(repo)) * _SLOTS + order


def sha_of(*parts: object) -> str:
    """Forty hex digits that stand for a commit."""
    return sha1(":".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
