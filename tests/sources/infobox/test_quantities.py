"""Numbers, units and dates as people write them into infoboxes."""

import pytest

from bellwether.sources.wikipedia.infobox.quantities import (
    count,
    edited_at,
    latitude,
    longitude,
    metres,
    square_km,
    told_date,
    told_year,
)
from bellwether.sources.wikipedia.infobox.texts import clean


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("4,933,210", 4_933_210),
        ("4,933,210[5]\u00a0(120th)", 4_933_210),
        ("3\u2009662\u2009381", 3_662_381),
        ("3\u202f662\u202f381 (1st in Germany)", 3_662_381),
        ("197230", 197_230),
        ("c. 14.9 million", 14_900_000),
        ("~2,000 (2020)", 2_000),
        ("1,000; 2,000 with suburbs", 1_000),
        ("15,100,000 (London metropolitan area)", 15_100_000),
        ("4.1 million", 4_100_000),
        ("8.2 million (2023)", 8_200_000),
        ("2.05 million", 2_050_000),
        ("345 thousand", 345_000),
        ("1.3 crore", 13_000_000),
        ("1'234'567", 1_234_567),
        ("3 485 000 inhabitants", 3_485_000),
    ],
)
def test_people_are_counted_without_ranks_spaces_and_footnotes(text, people):
    assert count(clean(text)) == people


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "n/a",
            "plenty",
            "4,100/km2",
            "18.2",
            "1st",
            "0",
            "3.662.381",
            "1,2345",
            "36,62,381",
            "120 per km2",
            "-5",
        ),
        *("2021: 3,485,000", "2021 3,485,000", "3,5 million", "34 families", "1.2345678 million", "1'23"),
    ],
)
def test_what_is_no_count_of_people_is_refused(text):
    with pytest.raises(ValueError, match="no count of people"):
        count(text)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("891.3 km2 (344.1 sq mi)", 891.3),
        ("344.1 sq mi (891.3 km2)", 891.3),
        ("1 572.03 km\u00b2", 1572.03),
        ("10,010 ha", 100.1),
        ("2 sq mi", 5.18),
        ("100 km2; water 4 km2", 100.0),
    ],
)
def test_areas_are_in_square_kilometres(text, area):
    assert square_km(text) == pytest.approx(area, abs=0.001)


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("34 m (112 ft)", 34),
        ("112 ft (34 m)", 34),
        ("112 ft", 34.14),
        ("1,655 m", 1655),
        ("\u22123 m (\u221210 ft)", -3),
        ("28\u2013132 m (92\u2013433 ft)", 80),
        ("28\u2013131 m (92\u2013430 ft) (avg. 78 m or 256 ft)", 78),
        ("average 78 m", 78),
        ("0 to 20 metres", 10),
        ("20-70 m", 45),
        ("92\u2013430 ft (28\u2013131 m)", 79.5),
        ("2 m (7 ft) below sea level", -2),
        ("7 ft below sea level", -2.13),
        ("-2 m, the lowest point below sea level", -2),
        ("34 m (112 ft) \u2013 120 m (394 ft)", 77),
        ("112 ft (34 m) to 394 ft (120 m)", 77),
    ],
)
def test_heights_are_in_metres(text, height):
    assert metres(clean(text)) == pytest.approx(height, abs=0.01)


@pytest.mark.parametrize("text", ["891,12 km2", "1,48,400 km2", "12.345.678 km2", "1.234,5 km2"])
def test_an_area_of_another_convention_is_refused_and_not_cut(text):
    with pytest.raises(ValueError, match="no area"):
        square_km(text)


@pytest.mark.parametrize(
    ("parse", "text"),
    [(square_km, "large"), (square_km, "5 km"), (metres, "high"), (metres, "5 mi"), (metres, "1,2 m")],
)
def test_what_has_no_unit_of_its_kind_is_refused(parse, text):
    with pytest.raises(ValueError, match=r"no (area|height)"):
        parse(text)


@pytest.mark.parametrize(
    ("parse", "text", "degrees"),
    [
        (latitude, "52\u00b031\u203212\u2033N", 52.52),
        (latitude, "41\u00b017\u2032S", -41.283333),
        (latitude, "41\u00b017'30\"S", -41.291667),
        (latitude, "52.52\u00b0N", 52.52),
        (latitude, "-33.87", -33.87),
        (longitude, "0\u00b007\u203239\u2033W", -0.1275),
        (longitude, "174\u00b027\u2032E", 174.45),
    ],
)
def test_degrees_are_decimal(parse, text, degrees):
    assert parse(text) == pytest.approx(degrees, abs=1e-6)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (latitude, "91"),
        (latitude, "52\u00b061\u2032N"),
        (latitude, "10\u00b0E"),
        (longitude, "181\u00b0E"),
        (longitude, "east"),
    ],
)
def test_degrees_that_are_nowhere_are_refused(parse, text):
    with pytest.raises(ValueError, match=r"(no degrees|out of range)"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("(2023-12-31)", "2023-12-31"),
        ("(31 December 2015)", "2015-12-31"),
        ("Dec 31, 2015", "2015-12-31"),
        ("Jan. 2023", "2023-01"),
        ("September 2019 estimate", "2019-09"),
        ("2021 census", "2021"),
        ("31 February 2020", "2020-02"),
        ("Total", ""),
        ("2,021 people", ""),
        ("20210", ""),
    ],
)
def test_a_date_is_as_exact_as_it_is_told(text, date):
    assert told_date(text) == date
    assert told_year(text) == (int(date[:4]) if date else None)


@pytest.mark.parametrize("text", ["", "Page made long ago", "last edited on 5 Brumaire 2023, at 10:00"])
def test_an_edit_that_is_not_told_is_unknown(text):
    assert edited_at(text) is None
