"""The checkout's `.env`: the user's own accounts and settings.

python-dotenv parses it, without substitution of variables: `NAME=value` or `export NAME=value`, one per line; values in
single quotes are literal, values in double quotes support \\n, \\t and \\", values without quotes end before ` #`.
Docker Compose reads the file itself, by the same rules for the forms in `.env.example`: JSON is in single quotes.
"""

from pathlib import Path

from dotenv.parser import parse_stream

CHECKOUT = Path(__file__).resolve().parent.parent


def read(checkout: Path = CHECKOUT) -> dict[str, str]:
    """Return the variables of `.env`; empty if it does not exist. Raises ValueError for a line that cannot be read."""
    file = checkout / ".env"
    if not file.exists():
        return {}
    values: dict[str, str] = {}
    with file.open() as stream:
        for binding in parse_stream(stream):
            if binding.error or (binding.key is not None and (binding.value is None or not binding.key.isidentifier())):
                # Without the line itself, which may contain a secret.
                raise ValueError(f"{file}:{binding.original.line}: not of the form NAME=value")
            if binding.key is not None:
                values[binding.key] = binding.value or ""
    return values


def warning(checkout: Path = CHECKOUT) -> str:
    """A warning if other users of the machine may read `.env`; else empty."""
    file = checkout / ".env"
    if not file.exists() or not file.stat().st_mode & 0o077:
        return ""
    return f"{file} contains secrets and other users of this machine may read it: chmod 600 {file}"
