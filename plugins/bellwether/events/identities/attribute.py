"""Identities: which user a device is, as intervals of time, made of all its sign-ins and sign-outs.

An event keeps the user that it names itself; the intervals only say who it is where it names nobody. So nothing is
merged that could not be taken apart again.
"""

from __future__ import annotations

from bellwether.events.work import Work


def attribute(work: Work) -> None:
    """Leave `identities` as they are to be, and `changed_identities`. Needs `added`, `removed` and `undone`."""
    work.view("signs_before", "signs")
    work.view("identities_before", "identities")
    work.make("signs")
    work.make("identities")
    work.make("changed_identities")
    if work.one("select count(*) from added where type like 'user.signed%'") or work.count("removed"):
        work.replace("signs", "signs")
    if work.count("changed_identities"):
        work.replace("identities", "identities")
