"""The checkout's `.env`: the user's own accounts and settings.

python-dotenv parses it, without substitution of variables: `NAME=value` or `export NAME=value`, one a line; a value in
single quotes stands as it is, one in double quotes knows \\n, \\t and \\", one without quotes ends before ` #`. Docker
Compose reads the file itself, by the same rules for what `.env.example` shows: JSON stands between single quotes.
"""

from pathlib import Path

from dotenv.parser import parse_stream

CHECKOUT = Path(__file__).resolve().parent.parent


def read(checkout: Path = CHECKOUT) -> dict[str, str]:
    """Return what `.env` sets; nothing where there is none. ValueError names a line that cannot be read."""
    file = checkout / ".env"
    if not file.exists():
        return {}
    values: dict[str, str] = {}
    with file.open() as stream:
        for binding in parse_stream(stream):
            if binding.error or (binding.key is not None and (binding.value is None or not binding.key.isidentifier())):
                # Not the line itself: it may be a secret.
                raise ValueError(f"{file}:{binding.original.line}: not of the form NAME=value")
            if binding.key is not None:
                values[binding.key] = binding.value or ""
    return values


def warning(checkout: Path = CHECKOUT) -> str:
    """What to say of a `.env` that other users of the machine may read; nothing if they may not."""
    file = checkout / ".env"
    if not file.exists() or not file.stat().st_mode & 0o077:
        return ""
    return f"{file} holds secrets and other users of this machine may read it: chmod 600 {file}"
