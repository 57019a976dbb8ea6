"""The page in a real browser: it is opened, clicked through, zoomed, printed, and asks nobody for anything."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from bellwether.verdicts.page.document import document_of
from bellwether.verdicts.report.report import Report
from tests.verdicts.report.hostile import hostile
from tests.verdicts.report.invented import CALIBRATION, report

DRAWN = re.compile(r"\bdrawn\b")
# Two cores may be busy with other things.
expect.set_options(timeout=30_000)
Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a report's page; at the end nothing has gone wrong in it, and nothing was asked for."""
    contexts, complaints, requests = [], [], []

    def open_page(made: Report, **context: Any) -> Any:
        file = tmp_path / "report.html"
        file.write_text(document_of(made, CALIBRATION))
        contexts.append(browser.new_context(viewport={"width": 1200, "height": 900}, **context))
        page = contexts[-1].new_page()
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message) or dialog.dismiss())
        page.on("request", lambda request: requests.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    assert requests
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
    for each in contexts:
        each.close()


def drawn(page: Any, name: str) -> Any:
    plot = page.locator(f"#{name}")
    await_drawn(plot)
    return plot


def await_drawn(plot: Any) -> None:
    """Look at a chart until it is there; the page's policy forbids playwright's own way of waiting for a script."""
    plot.scroll_into_view_if_needed()
    expect(plot).to_have_class(DRAWN)
    assert plot.locator("svg").count()


def shown_days(page: Any, name: str) -> float:
    text = page.locator(f".zoom[data-for={name}] .where").inner_text()
    assert " to " in text
    script = "text => { const [a, b] = text.split(' to ').map(at => Date.parse(at.replace(' ', 'T') + 'Z'));"
    return float(page.evaluate(f"{script} return (b - a) / 86400000; }}", text))


def keep(page: Any, file: Path) -> None:
    page.screenshot(path=file, full_page=True)
    assert file.stat().st_size > 50_000


def test_everything_opens_and_every_chart_is_drawn(opened: Open, artefacts: Path) -> None:
    page = opened(report(weeks=3))
    summaries = page.locator("summary")
    assert summaries.count() > 50
    for index in range(summaries.count()):
        if summaries.nth(index).is_visible():
            summaries.nth(index).click()
    assert page.locator("details:not([open])").count() == 0
    plots = page.locator(".plot")
    assert plots.count() == 11
    for index in range(plots.count()):
        await_drawn(plots.nth(index))
    assert page.locator(".plot .scatterlayer path.js-line").count() > 20
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")
    page.evaluate("scrollTo(0, 0)")
    keep(page, artefacts / "verdicts_light.png")


def test_no_chart_is_drawn_before_it_is_looked_at(opened: Open) -> None:
    page = opened(report(weeks=52))
    assert page.locator(".plot.drawn").count() == 0
    drawn(page, "question-2-timeline")
    assert page.locator(".plot.drawn").count() < 4


def test_the_timeline_zooms_by_buttons(opened: Open) -> None:
    page = opened(report())
    drawn(page, "question-2-timeline")
    assert shown_days(page, "question-2-timeline") == pytest.approx(56, abs=0.1)
    bar = page.get_by_role("toolbar").nth(1)
    for name, days in (("Week", 7), ("Day", 1), ("Zoom out", 2), ("Earlier", 2), ("Later", 2), ("All", 56)):
        bar.get_by_role("button", name=name, exact=True).click()
        assert shown_days(page, "question-2-timeline") == pytest.approx(days, abs=0.1), name


def test_a_time_in_a_table_shows_its_place_on_the_timeline(opened: Open) -> None:
    page = opened(report())
    page.locator("#question-2 summary", has_text="Every event").click()
    time = page.locator("#question-2 details[open] button.goto").first
    text = time.inner_text()
    time.click()
    assert shown_days(page, "question-2-timeline") == pytest.approx(0.5)
    assert text[:10] in page.locator("#question-2 .where").inner_text()
    assert page.evaluate("document.activeElement.id") == "question-2-timeline"


def test_the_keyboard_alone_is_enough(opened: Open) -> None:
    page = opened(report())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answers"
    assert page.locator(".skip").first.bounding_box()["x"] >= 0
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "question-1-timeline":
            break
    assert page.evaluate("document.activeElement.id") == "question-1-timeline"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("+")
    assert shown_days(page, "question-1-timeline") == pytest.approx(28, abs=0.1)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("-")
    page.keyboard.press("0")
    assert shown_days(page, "question-1-timeline") == pytest.approx(56, abs=0.1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#question-1 details.data[open]").count() == 1


def test_dark_mode_is_dark_and_charts_follow(opened: Open, artefacts: Path) -> None:
    page = opened(report(), color_scheme="dark")
    plot = drawn(page, "question-2-timeline")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 27, 32)"
    expect(plot.locator(".xtick text").first).to_have_css("fill", "rgb(232, 234, 237)")
    keep(page, artefacts / "verdicts_dark.png")
    page.emulate_media(color_scheme="light")
    expect(plot.locator(".xtick text").first).to_have_css("fill", "rgb(27, 31, 36)")


def test_a_narrow_screen_needs_no_sideways_scrolling(opened: Open, artefacts: Path) -> None:
    page = opened(report())
    page.set_viewport_size({"width": 360, "height": 780})
    drawn(page, "question-1-timeline")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")
    keep(page, artefacts / "verdicts_narrow.png")


def test_the_print_has_every_part_and_every_chart(opened: Open, artefacts: Path) -> None:
    page = opened(report(), color_scheme="dark")
    page.pdf(path=artefacts / "verdicts.pdf", format="A4")
    assert (artefacts / "verdicts.pdf").stat().st_size > 100_000
    # What was opened for the print is closed again; every chart has been drawn for it.
    assert page.locator("details.part[open]").count() == 0
    assert page.locator(".plot.drawn").count() == 11


def test_hostile_texts_do_nothing(opened: Open) -> None:
    page = opened(hostile())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for index in range(page.locator(".plot").count()):
        await_drawn(page.locator(".plot").nth(index))
    assert page.locator("img").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
    assert page.locator("script").count() == 5
    assert page.evaluate("typeof window.alert") == "function"


def test_a_script_that_came_with_a_text_would_not_run(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(document_of(report(weeks=1)).replace("<h1>", "<script>window.reached = 1</script><h1>"))
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert page.evaluate("window.reached === undefined")
    assert len([text for text in said if "Content Security Policy" in text]) == 1
    page.close()
