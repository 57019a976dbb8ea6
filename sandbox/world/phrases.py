"""Words for what happens: names are made up, addresses are at dogbreed.example."""

from __future__ import annotations

from numpy.random import Generator

# Per service: (reason, status code or None where nothing answered), and how often each is given.
REASONS: dict[str, tuple[list[tuple[str, int | None]], list[float]]] = {
    "site": (
        [
            ("HTTP 502 from load balancer", 502),
            ("HTTP 503: no healthy upstream", 503),
            ("HTTP 504 from load balancer", 504),
            ("HTTP 500 on the start page", 500),
            ("Connection timed out", None),
            ("TLS handshake timed out", None),
            ("Connection refused", None),
            ("Name could not be resolved", None),
        ],
        [0.24, 0.20, 0.14, 0.10, 0.14, 0.08, 0.07, 0.03],
    ),
    "api": (
        [
            ("HTTP 503: connection pool exhausted", 503),
            ("HTTP 500 from GET /breeds", 500),
            ("HTTP 504 from gateway", 504),
            ("HTTP 502 from gateway", 502),
            ("HTTP 429 from the image service", 429),
            ("Response time above 10 s", 200),
            ("Connection reset by peer", None),
            ("Connection timed out", None),
        ],
        [0.24, 0.18, 0.16, 0.14, 0.05, 0.08, 0.06, 0.09],
    ),
}

# (name, e-mail's local part, login or None where GitHub knows no account, share of the commits)
TEAM: tuple[tuple[str, str, str | None, float], ...] = (
    ("Ilka Vordermaier", "ilka", "ilkavm", 0.20),
    ("Tomasz Brzezicki", "tomasz", "tbrzez", 0.17),
    ("Femke Oosterwal", "femke", "femkeo", 0.15),
    ("Adaeze Nwobodo", "adaeze", "adaeze-n", 0.14),
    ("Jörn Hasselbrink", "joern", "hasselbrink", 0.12),
    ("Priya Ramanathapur", "priya", "priyaram", 0.10),
    ("Luc Desmarteaux", "luc.desmarteaux", None, 0.06),
    ("breed-bot", "bot", "breed-bot[bot]", 0.06),
)
LOGINS: tuple[str, ...] = tuple(login for _, _, login, _ in TEAM if login and "[bot]" not in login)
VISITING_LOGINS: tuple[str, ...] = (
    "whippetfan77",
    "borzoi-at-home",
    "k9curious",
    "mutt-and-proud",
    "leashlaw",
)

_PARTS = {
    "dogbreed/site": [
        "breed finder",
        "photo gallery",
        "size slider",
        "search box",
        "coat filter",
        "breed comparison",
        "start page",
        "puppy calendar",
        "cookie banner",
        "map of breeders",
        "sitemap",
        "favourites",
    ],
    "dogbreed/api": [
        "breed endpoint",
        "image proxy",
        "search index",
        "rate limiter",
        "temperament scores",
        "cache layer",
        "pedigree import",
        "connection pool",
        "health check",
        "pagination",
        "API keys",
        "thumbnail queue",
    ],
}
_DEEDS = [
    "Speed up the {part}",
    "Fix a crash in the {part}",
    "Show terriers in the {part}",
    "Test the {part}",
    "Translate the {part} into Dutch",
    "Tidy the {part}",
    "Log less in the {part}",
    "Retry timeouts in the {part}",
    "Correct Xoloitzcuintli in the {part}",
    "Let the {part} work with no photo",
    "Measure the {part}",
    "Remove the old {part}",
    "Give the {part} a keyboard shortcut",
    "Handle mixed breeds in the {part}",
]
_COMPLAINTS = [
    "{part} is slow for long-haired breeds",
    "{part} forgets the chosen size",
    "{part}: wrong plural for Puli",
    "Empty page after opening the {part} twice",
    "{part} shows a Samoyed as a Spitz",
    "{part} breaks on a phone",
    "Wish: {part} for rescue dogs",
    "{part} answers 500 for an unknown breed",
    "Document the {part}",
    "{part} counts Poodles three times",
    "Umlauts are lost in the {part}",
    "{part} times out at noon",
]
LABELS: tuple[str, ...] = ("bug", "wish", "docs", "performance", "good first issue", "needs photo")
WHYS: tuple[str, ...] = (
    "Breeders asked for it.",
    "It was noticed during the last outage.",
    "No change in behaviour.",
    "Found while looking at the logs of last night.",
    "The old way needed three requests.",
)


def deed(rng: Generator, repo: str) -> str:
    """A change to the repository in one line, as a commit or a pull request says it."""
    return str(rng.choice(_DEEDS)).format(part=rng.choice(_PARTS[repo]))


def complaint(rng: Generator, repo: str) -> str:
    """An issue's title."""
    text = str(rng.choice(_COMPLAINTS)).format(part=rng.choice(_PARTS[repo]))
    return text[0].upper() + text[1:]
