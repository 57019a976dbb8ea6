"""Pages of HTML that go wrong as JSON records do: a figure that is none, a row that nobody documents."""

from __future__ import annotations

import re

PLENTY = "plenty"
ROW = '<tr class="mergedtoprow"><th scope="row">Twin towns</th><td>17 (2.5 km2)</td></tr>'


def spoiled(html: str, field: str | None) -> str:
    """The page with a word in place of the first figure below a heading: `field`, or the population."""
    heading = re.escape((field or "population").capitalize())
    return re.sub(rf"(>{heading}\b.*?<td[^>]*>).*?(</td>)", rf"\1{PLENTY}\2", html, count=1, flags=re.DOTALL)


def grown(html: str) -> str:
    """The page with one more row at the end of its infobox."""
    return html.replace("</tbody></table>", f"{ROW}</tbody></table>", 1)
