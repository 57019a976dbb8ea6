"""The README's main job as a newcomer runs it, over one week to be quick."""

import os
import re
import subprocess
import sys
from pathlib import Path

from local.environment import CHECKOUT
from local.stack import Stack


def test_the_demo_loads_answers_and_leaves_nothing_running(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", "demo", "--weeks", "1"],
        cwd=CHECKOUT,
        env={**os.environ, "BELLWETHER_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # The table of what was loaded, the five answers with the naive figure beside each, and where the page is.
    assert re.search(r"^github +commits +\d+", done.stdout, re.MULTILINE)
    # Between them what is foretold of the cities, which is better than the week before.
    assert re.search(r"^rides +history +161,616 ", done.stdout, re.MULTILINE)
    assert re.search(r"^Demand as of .+: the next 5 days of 37 places in 10 cities", done.stdout, re.MULTILINE)
    assert re.search(r"\d+ % less than the same hour a week before", done.stdout)
    assert len(re.findall(r"^too little data +\w+", done.stdout, re.MULTILINE)) == 5
    assert done.stdout.count("naive") == 5
    (page,) = re.findall(r"^The page: (.+)$", done.stdout, re.MULTILINE)
    assert "Do product code releases relate" in Path(page).read_text()
    (demand,) = re.findall(r"^The page on demand: (.+)$", done.stdout, re.MULTILINE)
    assert "Where scooters are wanted" in Path(demand).read_text()
    assert not Stack(home).running()
