"""Runs other programs, with a limit on their time, and says what they said when they fail."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_SHOWN = 60


class Failed(Exception):
    """A program or a check failed; the text is for people."""


def run(
    words: Sequence[str | Path],
    *,
    seconds: float = 120,
    env: Mapping[str, str] | None = None,
    said: str | None = None,
) -> str:
    """Return what the program prints on its standard output.

    It gets `said` as its input and works in the checkout's root. Raises Failed when it ends in failure or takes longer
    than `seconds`.
    """
    names = [str(word) for word in words]
    try:
        done = subprocess.run(
            names,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=ROOT,
            timeout=seconds,
            env=env,
            input=said or "",
        )
    except FileNotFoundError:
        raise Failed(f"{names[0]} is not on this machine") from None
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{short(names)}: not done after {seconds:.0f} s\n{tail(_text(late.stderr))}") from None
    if done.returncode:
        raise Failed(f"{short(names)}: exit status {done.returncode}\n{tail(done.stdout + done.stderr)}")
    return done.stdout


def tail(text: str, lines: int = LINES_SHOWN) -> str:
    return "\n".join(text.rstrip().splitlines()[-lines:])


def short(names: Sequence[str]) -> str:
    words = " ".join(names)
    return words if len(words) < 160 else words[:157] + "…"


def environment(**more: str) -> dict[str, str]:
    """Return an environment without what a user's shell may say of Airflow, AWS or compose."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("DOCKER_")}
    return kept | more


def _text(found: bytes | str | None) -> str:
    return found.decode(errors="replace") if isinstance(found, bytes) else found or ""
