"""robots.txt: what a site asks of programs that read it (RFC 9309)."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

from bellwether.hooks.throttle import Throttle


class Robots:
    """A site's rules as they are for one client.

    :param text: the site's robots.txt; an empty one allows everything
    :param agent: the client's name, the first word of its User-Agent

    >>> robots = Robots("User-agent: *\\nDisallow: /w/\\nCrawl-delay: 2", "bellwether")
    >>> robots.allows("/wiki/Berlin"), robots.allows("/w/index.php"), robots.pace.reserve(now=7.0)
    (True, False, 0.0)
    """

    def __init__(self, text: str, agent: str) -> None:
        self._agent = agent
        self._rules = RobotFileParser()
        self._rules.parse(text.splitlines())
        delay = float(self._rules.crawl_delay(agent) or 0)
        self.pace = Throttle((1, delay)) if delay else Throttle()
        """Keeps to the Crawl-delay, which is no part of the RFC but asked for by some sites."""

    def allows(self, path: str) -> bool:
        """Whether the client may read what stands at a path from the site's root."""
        return self._rules.can_fetch(self._agent, path)
