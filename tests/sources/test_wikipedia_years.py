"""Wikipedia's pages as years go by: new figures beside the old ones, and pages of other years read alike."""

from datetime import UTC, datetime

import pytest

from tests.wikipedia import CITIES, staged

MARCH, NOVEMBER = (datetime(2026, month, 20, 12, tzinfo=UTC) for month in (3, 11))


@pytest.fixture
def year(lately):
    return lately(days=365)


def test_a_new_figure_is_a_new_row_and_an_old_one_stays_the_same(vendors, year):
    hook, found = vendors.hook("wikipedia"), []
    for now in (MARCH, NOVEMBER):
        vendors.at(now)
        rows = staged(hook, "populations", year, ["london"])[0]["london"]
        found.append({(row["kind"], row["as_of"]): row["population"] for row in rows})
    spring, autumn = found
    assert spring.keys() - autumn.keys() == {("city", "2024")}
    assert autumn.keys() - spring.keys() == {("city", "2025")}
    assert {key: spring[key] for key in spring.keys() & autumn} == {key: autumn[key] for key in spring.keys() & autumn}


@pytest.mark.parametrize("told_in", [2018, 2021, 2023, 2026])
def test_the_pages_of_other_years_are_read_as_well(vendors, year, told_in):
    vendors.at(datetime(told_in, 11, 20, tzinfo=UTC))
    places, rejected = staged(vendors.hook("wikipedia"), "cities", year)
    people, rejected_too = staged(vendors.hook("wikipedia"), "populations", year)
    assert not rejected | rejected_too
    for city in CITIES:
        assert places[city][0]["revised_at"].year == told_in
        assert "city" in {row["kind"] for row in people[city]}
    # Those that are counted anew each year; the others' figures are of the last census.
    newest = [max(row["as_of"] for row in people[city] if row["kind"] == "city")[:4] for city in ("berlin", "london")]
    assert newest == [str(told_in - 1)] * 2
