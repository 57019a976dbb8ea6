"""What is true in the sandbox's world: the one place that says which series drives which."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truths:
    """The planted links, each a strength that 0 (or False) switches off altogether.

    spikes_cause_api_outages: share of traffic spikes that bring an API outage down on the site within half an
        hour (exponential delay, mean about 15 minutes, cut at 30).
    api_outages_cause_site_outages: share of API outages that a site outage follows (exponential delay, mean
        10 minutes).
    releases_raise_new_users: how much more new users come for two hours after a release that is not a
        pre-release; the lift then falls to a half and is gone four hours after the release.
    site_outage_hides_traffic: the tag is served by the site, so next to nothing is counted while it is down.

    Planted as absent: nothing leads from a spike of new users to a site outage, and nothing from a commit to
    an API outage or back. They only share the clock: users, outages and commits follow the day and the week.
    Traffic spikes bring visitors the site knows already (newsletters), so they are no spikes of new users.
    Outages of either service also come by themselves, more of them when the load is high.
    """

    spikes_cause_api_outages: float = 0.35
    api_outages_cause_site_outages: float = 0.25
    releases_raise_new_users: float = 0.10
    site_outage_hides_traffic: bool = True
