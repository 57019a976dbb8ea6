"""Kept pages in a lake: the latest, one by its id, and what they say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.lake import Lake
from bellwether.pages.registry import Kept
from bellwether.pages.shelf import LONGEST_BYTES, NoPage, Shelf, Spoken, TooLarge

KEPT = Kept(prefix="news/", file="news.html", dag="news", one="issue", subject="The news", nothing="No news")
AS_OF = datetime(2026, 11, 22, 6, tzinfo=UTC)
ID = "20261122T060000Z"


@pytest.fixture
def shelf(lake: Any) -> Shelf:
    return Shelf(Lake(), KEPT)


def test_an_older_page_never_becomes_the_latest(shelf: Shelf, lake: Any) -> None:
    assert shelf.spoken() is None
    assert shelf.put_latest(AS_OF, "<p>now", "All is well.")
    assert not shelf.put_latest(AS_OF - timedelta(seconds=1), "<p>before", "It was not.")
    assert shelf.latest() == b"<p>now"
    assert shelf.spoken() == Spoken(AS_OF, "All is well.")
    assert shelf.put_latest(AS_OF, "<p>again", "")
    assert (shelf.latest(), shelf.spoken()) == (b"<p>again", None)


def test_pages_are_listed_the_newest_first_and_nothing_else_is(shelf: Shelf, lake: Any) -> None:
    shelf.put(ID, "<p>one")
    shelf.put("20261123T060000Z--20261001T000000Z--20261123T000000Z", "<p>two")
    shelf.put("half-written", "<p>none")
    assert shelf.ids() == ["20261123T060000Z--20261001T000000Z--20261123T000000Z", ID]
    assert shelf.ids(most=1) == shelf.ids()[:1]
    assert shelf.page(ID) == b"<p>one"
    for wanted in ("half-written", "20261124T060000Z", f"../raw/{ID}", "latest.html"):
        with pytest.raises(NoPage):
            shelf.page(wanted)


def test_an_object_too_large_for_a_page_is_not_read(shelf: Shelf, lake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bellwether.pages.shelf.LONGEST_BYTES", 10)
    assert LONGEST_BYTES > 5_000_000
    shelf.put(ID, "<p>" + "x" * 20)
    with pytest.raises(TooLarge):
        shelf.page(ID)
