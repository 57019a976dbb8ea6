"""`make status` says in words how all is doing, where there is something to ask."""

from pathlib import Path

import pytest

from local.__main__ import main
from local.stack import Stack


def test_the_status_ends_in_words(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BELLWETHER_HOME", str(home))
    assert main(["status"]) == 0
    assert capsys.readouterr().out == "nothing runs\n"
    Stack(home).enter()
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    running, words = said.split("\n\n")
    assert [line.split()[0] for line in running.splitlines()] == ["postgres", "seaweedfs", "sandbox"]
    assert words.splitlines() == [
        "The warehouse is not available at the moment. Its table is missing; the dag named warehouse creates it.",
        "There are no verdicts yet. The dag named verdicts makes the first report.",
        "There is no forecast of demand yet. The dag named demand makes the first forecast.",
    ]
