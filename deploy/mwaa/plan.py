"""The changes to an environment and its bucket, computed by comparison and printed before they are applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.mwaa.bucket import Bucket, Held
from deploy.mwaa.environment import Source, State
from deploy.mwaa.errors import DeployError
from deploy.mwaa.package import DAGS, PLUGINS, REQUIREMENTS, digest

_UPDATE = (
    "an environment update: MWAA builds new containers, which takes it 20 to 30 minutes; the web server is away for "
    "some of them, workers are replaced and tasks that run are stopped and tried again"
)


@dataclass(frozen=True)
class File:
    """A file of the package, and the object with its key."""

    name: str
    key: str
    body: bytes
    held: Held | None

    @property
    def same(self) -> bool:
        """Whether the bucket has the file already."""
        return self.held is not None and self.held.sha256 == digest(self.body)


@dataclass(frozen=True)
class Plan:
    """All changes of a deployment.

    :param versioned: plugins.zip and requirements.txt, which MWAA is told of by version
    :param stale: objects in dags/ that an earlier deployment put there and this package lacks
    :param others: keys in dags/ that this command did not put there
    :param replaced: keys of plugins.zip and requirements.txt of somebody else's, which the environment uses now
    """

    state: State
    versioned: tuple[File, ...]
    dags: tuple[File, ...]
    stale: tuple[Held, ...]
    others: tuple[str, ...]
    replaced: tuple[str, ...]

    @property
    def update(self) -> bool:
        """Whether the environment must be updated."""
        told = {PLUGINS: self.state.plugins, REQUIREMENTS: self.state.requirements}
        return not all(
            file.same and file.held and file.held.version and told[file.name] == Source(file.key, file.held.version)
            for file in self.versioned
        )

    def lines(self, *, prune: bool) -> Iterator[str]:
        """The plan as lines of text, in the order of execution."""
        yield from (f"  {_verb(file):<8} {file.key} ({len(file.body):,} bytes)" for file in self.versioned)
        yield f"  {'update' if self.update else 'as it is':<8} the environment{f': {_UPDATE}' if self.update else ''}"
        yield from (f"  {_verb(file):<8} {file.key} ({len(file.body):,} bytes)" for file in self.dags)
        for held in self.stale:
            yield f"  {'remove' if prune else 'stale':<8} {held.key}{'' if prune else ': --prune removes it'}"
        yield from (f"  {'not ours':<8} {key}: left alone" for key in self.others)
        yield from (f"  replaces {key}, which this command did not write: needs --replace" for key in self.replaced)

    def changes(self, *, prune: bool) -> bool:
        """Whether there is anything to do."""
        return self.update or not all(file.same for file in self.dags) or (prune and bool(self.stale))


def make(files: dict[str, bytes], bucket: Bucket, state: State, prefix: str) -> Plan:
    """Compare a package with the environment. Raises DeployError if the environment cannot be updated with it."""
    check(state, bucket.name, files)
    now = {PLUGINS: state.plugins, REQUIREMENTS: state.requirements}
    keys = {name: f"{prefix.strip('/')}/{name}" if prefix.strip("/") else now[name].key or name for name in now}
    dags = {state.dags + name.removeprefix(DAGS): name for name in files if name.startswith(DAGS)}
    there = [held for key in bucket.keys(state.dags) if key not in dags and (held := bucket.held(key))]
    return Plan(
        state=state,
        versioned=tuple(File(name, key, files[name], bucket.held(key)) for name, key in keys.items()),
        dags=tuple(File(name, key, files[name], bucket.held(key)) for key, name in dags.items()),
        stale=tuple(held for held in there if held.ours),
        others=tuple(held.key for held in there if not held.ours),
        replaced=tuple(source.key for source in now.values() if _somebody_else_s(bucket, source)),
    )


def check(state: State, bucket: str, files: dict[str, bytes]) -> None:
    """Raise DeployError if the environment reads another bucket, or runs another Airflow than requirements.txt pins."""
    if state.bucket != bucket:
        raise DeployError(f"The environment reads the bucket '{state.bucket}', not '{bucket}'. Pass that as --bucket.")
    pins = [line.partition("==")[2].strip() for line in files[REQUIREMENTS].decode().splitlines()
            if line.startswith("apache-airflow==")]  # fmt: skip
    if pins and pins != [state.airflow_version]:
        raise DeployError(
            f"The environment runs Airflow {state.airflow_version}, and requirements.txt is for {pins[0]}: pip would "
            f"refuse it. Upgrade the environment, or take the bundle's version for {state.airflow_version}."
        )


def _somebody_else_s(bucket: Bucket, source: Source) -> bool:
    held = bucket.held(source.key, source.version) if source.key else None
    return held is not None and not held.ours


def _verb(file: File) -> str:
    if file.held is None:
        return "new"
    return "same" if file.same else "changed"
