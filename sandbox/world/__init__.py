"""A small world that looks like Dog.Breed's: the same on every machine, up to the present minute."""

from sandbox.world.clock import Clock
from sandbox.world.records import (
    Commit,
    Deployment,
    DeploymentStatus,
    Issue,
    Minute,
    Outage,
    Release,
    WorkflowRun,
)
from sandbox.world.truths import Truths
from sandbox.world.world import World

__all__ = [
    "Clock",
    "Commit",
    "Deployment",
    "DeploymentStatus",
    "Issue",
    "Minute",
    "Outage",
    "Release",
    "Truths",
    "WorkflowRun",
    "World",
]
