"""A report made of texts that try to get out of their place."""

from dataclasses import replace

from bellwether.verdicts.report.report import Change, Report
from bellwether.verdicts.stats.answer import Check, Exclusion
from tests.verdicts.report.invented import report

HOSTILE = "</script><img src=x onerror=alert(1)>\"'<!--{{7*7}}%{x}&amp;\u2028<a href='javascript:alert(2)'>x</a>"


def hostile() -> Report:
    """A report in which every text from outside tries to get out of its place."""
    made = report(weeks=2)
    asked = tuple(
        replace(
            each,
            ask=HOSTILE,
            services=HOSTILE,
            cause=f"{HOSTILE}{number}",
            effect=HOSTILE,
            answer=replace(
                each.answer,
                reason=HOSTILE,
                checks=(Check(HOSTILE, True, HOSTILE),),
                exclusions=(Exclusion(HOSTILE, 1, HOSTILE),),
                effect=replace(each.answer.effect, method=HOSTILE) if each.answer.effect else None,
            ),
            series=tuple(replace(one, label=HOSTILE) for one in each.series),
            tracks=tuple(
                replace(one, label=f"{HOSTILE}{index}", kind=HOSTILE) for index, one in enumerate(each.tracks)
            ),
        )
        for number, each in enumerate(made.asked)
    )
    strips = tuple(replace(one, label=HOSTILE, source=HOSTILE, flags=((HOSTILE, 3),)) for one in made.strips)
    changes = (Change(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)),)
    return replace(made, asked=asked, strips=strips, changes=changes, code_version=HOSTILE)
