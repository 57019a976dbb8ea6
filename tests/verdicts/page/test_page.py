"""The page as markup: whole in itself, closed to what texts bring along, readable without its charts."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from bellwether.pages import embed
from bellwether.verdicts.page.document import document_of
from bellwether.verdicts.page.timeline import timeline
from bellwether.verdicts.report.report import Report
from bellwether.verdicts.stats.answer import Verdict
from tests.verdicts.report.hostile import HOSTILE, hostile
from tests.verdicts.report.invented import CALIBRATION, report
from tests.verdicts.report.invented_answers import nothing

VOID = {"meta", "link", "br", "img", "input"}


@dataclass
class Parsed(HTMLParser):
    """Elements, attributes and texts of a page, as a browser's parser sees them."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.path.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.path, f"</{tag}> closes nothing"
        if tag == "svg" or self.path[-1] not in ("path", "circle"):
            assert self.path[-1] == tag, f"</{tag}> closes <{self.path[-1]}>"
            self.path.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.path[-1:] == ["script"]:
            self.scripts[-1] += data
        elif self.path[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.texts).split())


def parsed(made: Report, calibration: object = None) -> Parsed:
    found = Parsed()
    found.feed(document_of(made, calibration or {}))  # type: ignore[arg-type]
    found.close()
    assert not found.path
    return found


@pytest.fixture(scope="module")
def page() -> Parsed:
    return parsed(report(), CALIBRATION)


def test_the_page_asks_no_host_for_anything(page: Parsed) -> None:
    addresses = [
        (tag, name, value)
        for tag, attributes in page.tags
        for name, value in attributes.items()
        if name in ("src", "href", "action", "data", "srcset", "poster", "formaction", "xlink:href")
    ]
    assert len(addresses) >= 9
    assert [each for each in addresses if not each[2].startswith(("#", "data:,"))] == []
    ours = document_of(report(), {}).replace(str(embed.plotly()), "")
    assert "http:" not in ours
    assert "https:" not in ours
    assert "@import" not in ours
    assert "url(" not in ours


def test_only_the_two_scripts_of_ours_may_run(page: Parsed) -> None:
    policy = next(each["content"] for tag, each in page.tags if each.get("http-equiv") == "Content-Security-Policy")
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert not {"connect-src", "font-src", "frame-src"} & directives.keys()
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in (page.scripts[2], page.scripts[3])
    }
    assert set(directives["script-src"].split()) == hashes
    assert page.scripts[2] == str(embed.plotly())


def test_the_answers_stand_first_in_plain_words(page: Parsed) -> None:
    first = page.words.index("API outages follow traffic spikes: 14 of 41 traffic spikes, 34 %, were followed within")
    assert first < page.words.index("What changed") < page.words.index("How fresh")
    assert "was not supported , is now supported" in page.words
    assert "Google Analytics restated 2026-11-18 to 2026-11-20" in page.words
    assert "observed until 2026-11-22 06:39, 21 minutes before this report" in page.words
    assert re.search(r"API monitor \(postman\): [\d.]+ of 55 days not observed", page.words)
    assert "1 day not at all" in page.words


def test_headings_go_down_one_step_at_a_time(page: Parsed) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_has_its_words_and_its_table(page: Parsed) -> None:
    plots = [attributes for _, attributes in page.tags if attributes.get("class") == "plot"]
    drawn = json.loads(page.scripts[0])
    assert len(plots) == 5 + 3 + 3
    assert {plot["id"] for plot in plots} == set(drawn)
    assert all(len(plot["aria-label"]) > 40 and plot["role"] == "img" for plot in plots)
    assert sum(text.endswith((" as tables", " as a table")) for text in page.texts) == len(plots)


def test_ids_are_unique_and_every_link_inside_the_page_arrives(page: Parsed) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"][1:] for tag, attributes in page.tags if tag == "a"}
    named = {attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes}
    assert (links | named) <= set(ids)


@pytest.mark.parametrize(
    "words",
    [
        "2026-09-28 16:46",
        "placebo: the same events a day later passed",
        "merged with an outage less than 60 minutes before (flapping)",
        "Clopper-Pearson with MOVER",
        "0.3.0+52892ab",
        "20261122",
        "it is no proof that one thing brings the other about",
        "Lags are known to five minutes",
        "traffic spikes, API outages 3.1 % 4 % 96 % not known 85 %",
    ],
)
def test_the_evidence_is_all_there(page: Parsed, words: str) -> None:
    assert words in page.words


def test_the_naive_correlation_stands_only_where_it_is_explained(page: Parsed) -> None:
    assert page.words.count("Pearson correlation") == 5
    assert page.words.count("Why not just correlate?") == 5


def test_nothing_is_said_to_bring_something_about(page: Parsed) -> None:
    words = set(re.findall("[a-z]+", page.words.lower()))
    assert "because" in words
    assert not {"cause", "causes", "caused", "causal", "impact", "due"} & words


def test_texts_from_outside_stay_texts() -> None:
    found = parsed(hostile())
    usual = {tag for tag, _ in parsed(report(weeks=2)).tags}
    assert {tag for tag, _ in found.tags} <= usual
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]
    assert len(found.scripts) == 4
    assert HOSTILE.replace("\u2028", " ") in found.words
    assert json.loads(found.scripts[0])
    assert "<" not in found.scripts[0]
    assert "<" not in found.scripts[1]


def test_charts_take_no_markup_from_labels() -> None:
    made = hostile()
    drawing = json.dumps(timeline(made, made.asked[1]))
    assert "&lt;img src=x" in drawing
    assert "<img" not in drawing
    assert "%{x}" not in drawing.replace("%{x|%Y-%m-%d %H:%M}", "")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_page_of_undefined_figures_shows_no_none(verdict: Verdict) -> None:
    made = report(weeks=1)
    asked = tuple(replace(each, answer=nothing(verdict), series=(), tracks=()) for each in made.asked)
    text = parsed(replace(made, asked=asked, strips=(), changes=(), previous_as_of=None)).words
    assert verdict.value in text
    assert "None" not in text
    assert "nan" not in text.replace("Clopper", "").split()
    assert "This is the first report" in text


def test_a_report_without_questions_is_a_page_too() -> None:
    text = parsed(report(weeks=1, asked=(), strips=(), changes=())).words
    assert "No question was asked." in text
    assert "No verdict has changed since the report of 2026-11-21 07:00" in text


def test_a_year_stays_small() -> None:
    made = report(weeks=52)
    assert len(document_of(made, CALIBRATION)) - len(embed.plotly()) < 3_000_000
    rows = parsed(made).words
    assert "week from" in rows
