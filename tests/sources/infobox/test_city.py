"""Infoboxes of many templates and years, as their markup is documented: the facts by label and block."""

from datetime import UTC, datetime

import pytest

from bellwether.sources.wikipedia.infobox.city import NoCity, city, populations
from sandbox.vendors.wikipedia_pages import disambiguation

COORDINATES = '<tr><td colspan="2"><span class="geo">52.52; 13.405</span></td></tr>'
COUNTRY = '<tr class="mergedtoprow"><th>Country</th><td>Germany</td></tr>'
NEW_ZEALAND = """
<tr class="mergedtoprow"><th colspan="2">Population</th></tr>
<tr class="mergedrow"><th>&#160;&#8226; September 2019 estimate</th>
<td>4,933,210<sup id="cite_ref-5" class="reference"><a href="#cite_note-5">[5]</a></sup> (<a>120th</a>)</td></tr>
<tr class="mergedrow"><th>&#160;&#8226; 2018 census</th><td>4,699,755</td></tr>
<tr class="mergedbottomrow"><th>&#160;&#8226; Density</th><td>18.2/km<sup>2</sup> (47.1/sq mi) (<a>203rd</a>)</td></tr>
"""


def page(*rows, before="", after="", table="infobox ib-settlement vcard"):
    body = f'<table class="{table}"><tbody>{"".join(rows)}</tbody></table>'
    return {"html": f'<html><body><h1 id="firstHeading">Somewhere</h1>{before}{body}{after}</body></html>'}


def heading(text):
    return f'<tr class="mergedtoprow"><th colspan="2">{text}</th></tr>'


def row(label, value, kind="mergedrow"):
    return f'<tr class="{kind}"><th scope="row">{label}</th><td>{value}</td></tr>'


def a_city(*rows, **more):
    return page(COORDINATES, COUNTRY, heading("Population (2020)"), row("&nbsp;• Total", "1,000"), *rows, **more)


def the_city(*rows, **more):
    (found,) = city(a_city(*rows, **more))
    return found


def figures(*rows):
    return [(found["kind"], found["as_of"], found["population"]) for found in populations(page(*rows))]


def test_a_date_may_stand_in_the_label_and_a_rank_beside_the_figure():
    assert figures(NEW_ZEALAND) == [
        ("city", "September 2019 estimate", "4,933,210 (120th)"),
        ("city", "2018 census", "4,699,755"),
    ]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        *[(name, "city") for name in ("Total", "City", "City/State", "Capital city", "Municipality", "Commune")],
        *[(name, "city") for name in ("Capital city, state and municipality", "City proper", "City and county")],
        *[(name, "city") for name in ("Total (2021)", "Census", "Estimate", "Consolidated city-county")],
        *[(name, "urban") for name in ("Urban", "Urban (2011)", "Urban area", "Agglomeration")],
        *[(name, "metro") for name in ("Metro", "Metro area", "Metropolitan (2020)", "Metropolis")],
        *[(name, None) for name in ("Rank", "Density", "Urban density", "Metro rank", "Demonym", "Rural")],
        *[(name, None) for name in ("City of London", "County", "Region")],
    ],
)
def test_a_row_s_label_tells_whose_people_it_counts(label, kind):
    found = figures(heading("Population (2020)"), row("• Total (2001)", "5"), row(f"&#160;• {label}", "1,234"))
    assert [each[0] for each in found[1:]] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "label",
    [
        "Population",
        "Population (2021)",
        "Population 2021",
        "Population as of 2021",
        "Population (31 December 2021)<sup class='reference'>[a]</sup>",
        "Population<div class='ib-settlement-fn'><sup class='reference'>[1]</sup></div>",
        "\u200bPopulation\u00a0<span style='font-weight:normal'>(2021\u00a0census)</span>",
        "Population estimate (2021)",
    ],
)
def test_a_population_is_found_under_each_of_its_headings(label):
    assert [each[2] for each in figures(heading(label), row("&#160;• Total", "12"))] == ["12"]


@pytest.mark.parametrize(
    "label", ["Population density", "Population rank", "Largest population centre", "Populated places"]
)
def test_other_headings_that_begin_alike_are_not_taken_for_it(label):
    with pytest.raises(NoCity, match="has no Population"):
        figures(heading(label), row("• Total", "12"))


def test_the_same_label_in_another_block_is_another_fact():
    area = heading("Area") + row("&#160;• Total", "10 km<sup>2</sup> (4 sq mi)")
    assert the_city(area)["area"] == "10 km2 (4 sq mi)"
    assert figures(area, heading("Population"), row("&#160;• Total", "7")) == [("city", "", "7")]


def test_a_figure_may_stand_beside_the_heading():
    assert figures(row("Population<br>(2021)", "4 200", "mergedtoprow"), row("• Urban", "9")) == [
        ("city", "Population (2021)", "4 200"),
        ("urban", "Population (2021)", "9"),
    ]


def test_the_row_s_own_date_goes_before_the_block_s_and_that_before_the_figure_s():
    found = figures(heading("Population (2020)"), row("• Total", "5 (2019)"), row("• Metro (2011)", "9"))
    assert [each[1] for each in found] == ["Population (2020)", "Metro (2011)"]
    assert figures(heading("Population"), row("• Total", "2,021 (2019 est.)"))[0][1] == "2019 est."
    assert figures(heading("Population"), row("• Total", "2,021 (120th)"))[0][1] == ""


def test_the_first_of_two_figures_of_a_kind_and_date_counts():
    found = figures(heading("Population (2020)"), row("• Total", "5"), row("• City proper", "4"))
    assert found == [("city", "Population (2020)", "5")]


def test_a_bullet_makes_a_row_belong_where_classes_do_not_tell():
    rows = '<tr><th colspan="2">Population (2020)</th></tr><tr><th>• Total</th><td>5</td></tr>'
    assert figures(rows, "<tr><th>Urban legends</th><td>7</td></tr>") == [("city", "Population (2020)", "5")]


def test_the_first_pair_of_coordinates_in_the_infobox_is_the_city_s():
    south, east = "41°17\u2032S", "174°27\u2032E"
    first = f"<span class='geo-dms'><i class='latitude'>{south}</i> <i class='longitude'>{east}</i></span>"
    palace = row("Palace", "<span class='geo'>59.33; 18.07</span>", "mergedtoprow")
    title = "<div id='coordinates'><span class='geo'>1.0; 2.0</span></div>"
    found = page(f"<tr><td>{first}</td></tr>", COUNTRY, NEW_ZEALAND, palace, before=title)
    (told,) = city(found)
    assert (told["latitude"], told["longitude"]) == (south, east)


@pytest.mark.parametrize(
    "pair",
    [
        "<span class='geo'>52.52; 13.405</span>",
        "<span class='geo'><span class='latitude'>52.52</span>; <span class='longitude'>13.405</span></span>",
        "<span class='geo-dec'>52.52 13.405</span><span class='geo'>1; 2</span>",
    ],
)
def test_decimal_coordinates_are_read_too(pair):
    (told,) = city(page(f"<tr><td>{pair}</td></tr>", COUNTRY, NEW_ZEALAND))
    assert (told["latitude"], told["longitude"]) == ("52.52", "13.405")


def test_coordinates_at_the_page_s_top_count_where_the_infobox_has_none():
    title = "<div id='coordinates'><span class='geo'>1.5; 2.5</span></div>"
    (told,) = city(page(COUNTRY, NEW_ZEALAND, before=title))
    assert (told["latitude"], told["longitude"]) == ("1.5", "2.5")


def test_a_sovereign_state_goes_before_a_country_that_is_part_of_it():
    rows = row("Sovereign state", "United Kingdom", "mergedtoprow") + row("Country", "England")
    (told,) = city(page(COORDINATES, rows, NEW_ZEALAND))
    assert told["country"] == "United Kingdom"


def test_what_a_page_need_not_tell_may_be_missing():
    found = the_city()
    assert found.keys() == {"title", "country", "edited", "latitude", "longitude"}


@pytest.mark.parametrize(
    ("label", "told"),
    [("Elevation", True), ("Elevation<sup>1</sup>", True), ("Highest elevation", False), ("Area code", False)],
)
def test_elevation_and_area_are_told_from_rows_with_longer_names(label, told):
    found = the_city(row(label, "34 m (112 ft)", "mergedtoprow"))
    assert ("elevation" in found) == told
    assert "area" not in found


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([COUNTRY], "tells no coordinates"),
        ([COORDINATES], "tells no country"),
        ([], "tells no country and no coordinates"),
    ],
)
def test_a_page_without_place_or_country_is_rejected_by_name(rows, missing):
    with pytest.raises(NoCity, match=f"the infobox of 'Somewhere' {missing}"):
        list(city(page(*rows, NEW_ZEALAND)))


def test_a_population_without_a_total_is_rejected():
    with pytest.raises(NoCity, match="the Population block of 'Somewhere' tells no total"):
        figures(heading("Population"), row("• Density", "18/km2"))


def test_a_page_that_tells_namesakes_apart_is_named_as_one():
    html = disambiguation("Mercury", datetime(2026, 11, 20, tzinfo=UTC))
    for read in (city, populations):
        with pytest.raises(NoCity, match="'Mercury' is a page that tells namesakes apart, not a city's"):
            list(read({"html": html}))


def test_an_infobox_of_something_else_above_the_city_s_is_passed_over():
    other = '<table class="infobox"><tr><th>Architect</th><td>N. N.</td></tr></table>'
    (told,) = city(page(COORDINATES, COUNTRY, NEW_ZEALAND, before=other))
    assert told["country"] == "Germany"


def test_a_table_inside_the_infobox_is_no_part_of_it():
    inner = "<table><tr><th>Elevation</th><td>9 m</td></tr></table>"
    assert "elevation" not in the_city(f"<tr><td colspan='2'>{inner}</td></tr>")


@pytest.mark.parametrize("html", ["", "plain words", "<p>", "{}", "\0"])
def test_what_is_no_page_is_said_to_be_none(html):
    with pytest.raises(ValueError, match="neither a heading nor a title"):
        list(city({"html": html}))


def test_a_page_that_nests_without_end_is_no_more_than_rejected():
    deep = "<div>" * 20_000 + "<table class='infobox'><tr><th>Population</th><td>7</td></tr></table>"
    with pytest.raises((ValueError, RecursionError)):
        list(city({"html": f"<h1>Somewhere</h1>{deep}"}))


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none">7006348500000000000</span>',
        '<span style="font-size:90%; DISPLAY: none;">700</span>',
        '<span style="visibility:hidden">0</span>',
        '<span class="sortkey">700</span>',
        "<span hidden>700</span>",
        '<div style="display:none"><b style="display:none">7</b>8</div>',
    ],
)
def test_what_a_reader_does_not_see_is_not_part_of_a_figure(hidden):
    assert figures(heading("Population (2021)"), row("• Total", hidden + "3,485,000"))[0][2] == "3,485,000"


@pytest.mark.parametrize(
    "flag",
    [
        '<img alt="Germany" src="flag.svg">',
        '<span class="flagicon"><img alt="Flag of Germany"></span>',
        '<a title="Germany" href="/wiki/Germany"><img alt=""></a>',
        '<img alt="Flag of the Netherlands">',
    ],
)
def test_a_country_may_stand_there_as_its_flag_only(flag):
    (told,) = city(page(COORDINATES, row("Country", flag, "mergedtoprow"), NEW_ZEALAND))
    assert told["country"] in ("Germany", "Netherlands")


@pytest.mark.parametrize(
    "label", ["Capital", "Capital<br>and largest city", "Largest city", "Internet TLD", "Capitals (de facto)"]
)
def test_a_country_or_a_region_is_not_taken_for_a_city(label):
    rows = row("Sovereign state", "Denmark", "mergedtoprow"), row(label, "Nuuk", "mergedtoprow")
    for read in (city, populations):
        with pytest.raises(NoCity, match="it is of a country or a region"):
            list(read(page(COORDINATES, *rows, NEW_ZEALAND)))


@pytest.mark.parametrize("label", ["Capital city and municipality", "Capital district", "Capital region"])
def test_a_city_that_is_a_capital_is_a_city(label):
    assert the_city(row(f"• {label}", "1,000"), row(label, "x", "mergedtoprow"))["country"] == "Germany"
