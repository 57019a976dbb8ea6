"""questions.toml and services.toml: what is shipped, what a user may write, and what is said of mistakes."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bellwether.include import IncludeError, include_folder
from bellwether.verdicts.questions import Questions, needed_tables, pairs, read

Edit = Callable[[str, str, str], Path]

SECOND_API = """
[[service]]
name = "billing"
label = "billing API"
role = "api"
statuscake = ["6710009"]
"""


@pytest.fixture
def include(tmp_path: Path) -> Path:
    shutil.copytree(include_folder(), tmp_path / "include")
    return tmp_path / "include"


@pytest.fixture
def edited(include: Path) -> Edit:
    def edit(file: str, old: str, new: str) -> Path:
        text = (include / file).read_text()
        assert old in text
        (include / file).write_text(text.replace(old, new, 1))
        return include

    return edit


def test_the_five_questions_are_shipped_with_the_lags_that_were_fixed_beforehand() -> None:
    found = read()
    assert [question.id for question in found.questions] == [
        "releases_new_users",
        "spikes_api_outages",
        "new_user_spikes_site_outages",
        "api_outages_site_outages",
        "api_outages_commits",
    ]
    counts = [question for question in found.questions if question.effect.kind == "counts"]
    assert [question.minutes for question in counts] == [(30, 45, 60, 90, 120, 180, 240)] * 2
    events = [question for question in found.questions if question.effect.kind == "events"]
    assert [question.minutes for question in events] == [(5, 15, 30, 60, 120, 240)] * 3
    assert [question.sides for question in found.questions] == ["two-sided", *["greater"] * 4]
    assert found.zone == "Europe/Berlin"
    assert (found.weeks, found.at_most_every, found.permutations) == (26, timedelta(hours=6), 1999)
    assert {signal: found.hidden_by(signal) for signal in ("visitors", "new_users", "outages")} == {
        "visitors": "outages",
        "new_users": "outages",
        "outages": None,
    }


def test_the_shipped_questions_are_asked_once_each_with_services_in_words() -> None:
    asked = pairs(read())
    assert [pair.services for pair in asked] == [""] * 5
    assert [pair.cause.label for pair in asked][3:] == ["API outages", "API outages"]
    assert asked[0].cause.services == ("site", "api"), "releases of all repositories together"
    assert asked[4].effect.services == ("site", "api")


def test_a_report_waits_for_the_tables_that_its_signals_are_read_from() -> None:
    assert needed_tables(read()) == [
        "github_commits",
        "github_releases",
        "google_analytics_traffic",
        "postman_runs",
        "statuscake_periods",
    ]


def test_questions_survive_being_kept() -> None:
    found = read()
    assert Questions.from_json(found.to_json()) == found


def test_a_question_is_asked_of_every_service_of_its_role(include: Path) -> None:
    with (include / "services.toml").open("a") as file:
        file.write(SECOND_API)
    asked = [(pair.question.id, pair.services, pair.cause.label) for pair in pairs(read(include))]
    assert asked == [
        ("releases_new_users", "", "releases"),
        ("spikes_api_outages", "api", "traffic spikes"),
        ("spikes_api_outages", "billing", "traffic spikes"),
        ("new_user_spikes_site_outages", "", "new-user spikes"),
        ("api_outages_site_outages", "api", "API outages"),
        ("api_outages_site_outages", "billing", "billing API outages"),
        ("api_outages_commits", "api", "API outages"),
        ("api_outages_commits", "billing", "billing API outages"),
    ]


def test_within_one_role_a_service_is_asked_about_itself(include: Path) -> None:
    with (include / "services.toml").open("a") as file:
        file.write(SECOND_API.replace('"api"', '"site"').replace("billing", "shop"))
    asked = [pair for pair in pairs(read(include)) if pair.question.id == "new_user_spikes_site_outages"]
    assert [(pair.services, pair.cause.services, pair.effect.services) for pair in asked] == [
        ("site", ("site",), ("site",)),
        ("shop", ("shop",), ("shop",)),
    ]


MISTAKES = [
    (
        "questions.toml",
        'id = "spikes_api_outages"',
        'id = "api_outages_commits"',
        "api_outages_commits.*2 times.*Rename",
    ),
    ("questions.toml", 'id = "spikes_api_outages"', 'id = "Spikes!"', "'Spikes!'.*lower-case"),
    ("questions.toml", 'signal = "releases"', 'signal = "relases"', "releases_new_users.*no signal 'relases'.*commits"),
    ("questions.toml", 'hidden_by = "outages"', 'hidden_by = "outtages"', "signals.visitors.*no signal 'outtages'"),
    ("questions.toml", 'role = "api"', 'role = "apis"', "spikes_api_outages.*no service.*'apis'.*Add it"),
    ("questions.toml", "[5, 15,", "[5, 12,", r"spikes_api_outages.*\[5, 12, 30.*multiples of 5"),
    ("questions.toml", "[5, 15, 30", "[15, 5, 30", "spikes_api_outages.*ascending"),
    ("questions.toml", 'sides = "greater"', 'sides = "more"', "spikes_api_outages.*sides.*An entry like it has"),
    ("questions.toml", 'as = "spikes"', 'as = "peaks"', "spikes_api_outages.*cause"),
    ("questions.toml", 'signal = "visitors", as = "spikes"', 'signal = "visitors", as = "counts"', "cause is.*spikes"),
    ("questions.toml", "ask =", "aks =", "releases_new_users.*aks"),
    ("questions.toml", "weeks = 26", 'weeks = "26"', "questions.toml, weeks.*whole number"),
    ("questions.toml", "permutations = 1999", "permutations = 9", "questions.toml, permutations.*99 or more"),
    ("questions.toml", '"6 hours"', '"hourly"', 'at_most_every.*"30 minutes"'),
    ("questions.toml", "seed =", "sed =", r"questions.toml, seed"),
    ("questions.toml", "weeks = 26", "weeks = 26\nmonths = 6", r"unknown entries \['months'\]"),
    ("questions.toml", "[signals.visitors]", "[signals.visitors", "questions.toml is not valid TOML"),
    ("services.toml", "Europe/Berlin", "Europe/Bärlin", "services.toml, timezone.*Europe/Berlin"),
    ("services.toml", 'statuscake = ["6710001"]', 'statuscake = "6710001"', "service 'site'.*[Ee]xpected"),
    ("services.toml", 'label = "API"\n', "", "service 'api'.*label"),
    ("services.toml", 'name = "api"', 'name = "site"', "service 'site'.*2 times"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), MISTAKES, ids=[said[:40] for *_, said in MISTAKES])
def test_a_mistake_is_named_with_its_file_entry_and_remedy(
    edited: Edit, file: str, old: str, new: str, said: str
) -> None:
    include = edited(file, old, new)
    with pytest.raises(IncludeError) as caught:
        read(include)
    assert file in str(caught.value)
    assert re.search(said, str(caught.value), re.DOTALL)


def test_a_missing_file_is_named(include: Path) -> None:
    (include / "services.toml").unlink()
    with pytest.raises(IncludeError, match=r"There is no .*services\.toml"):
        read(include)
