"""GA4's filter expressions and orders over rows of a report."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from sandbox.answers import Refused
from sandbox.vendors.google_analytics_errors import invalid
from sandbox.vendors.google_analytics_figures import METRICS, Figures
from sandbox.vendors.google_analytics_request import TIME_DIMENSIONS, Ask

Row = tuple[tuple[str, ...], Figures]
Read = Callable[[Row], Any]
Test = Callable[[Row], bool]

TEXTS: dict[str, Callable[[str, str], Any]] = {
    "EXACT": operator.eq,
    "BEGINS_WITH": str.startswith,
    "ENDS_WITH": str.endswith,
    "CONTAINS": operator.contains,
    "FULL_REGEXP": lambda value, pattern: re.fullmatch(pattern, value),
    "PARTIAL_REGEXP": lambda value, pattern: re.search(pattern, value),
}
NUMBERS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": operator.eq,
    "LESS_THAN": operator.lt,
    "LESS_THAN_OR_EQUAL": operator.le,
    "GREATER_THAN": operator.gt,
    "GREATER_THAN_OR_EQUAL": operator.ge,
}


def matching(body: dict[str, Any], dimensions: tuple[str, ...], rows: list[Row]) -> list[Row]:
    """The rows both filters of the request let through."""
    for key in ("dimensionFilter", "metricFilter"):
        if expression := body.get(key):
            test = _test(expression, dimensions)
            rows = [row for row in rows if test(row)]
    return rows


def ordered(ask: Ask, dimensions: tuple[str, ...], rows: list[Row]) -> list[Row]:
    """As `orderBys` says; without it the first metric decides, largest first."""
    orders = ask.body.get("orderBys")
    if not orders:
        if not ask.metrics:
            return rows
        column = METRICS.index(ask.metrics[0])
        return sorted(rows, key=lambda row: row[1][column], reverse=True)
    for order in reversed(orders):
        rows = sorted(rows, key=_order(order, dimensions), reverse=bool(order.get("desc")))
    return rows


def _order(order: dict[str, Any], dimensions: tuple[str, ...]) -> Read:
    by_dimension = order.get("dimension") or {}
    name = by_dimension.get("dimensionName") or (order.get("metric") or {}).get("metricName", "")
    read = _reader(name, dimensions)
    if by_dimension.get("orderType") == "NUMERIC":
        return lambda row: (0, int(read(row))) if read(row).isdecimal() else (1, 0)
    return read


def _reader(name: str, dimensions: tuple[str, ...]) -> Read:
    if name in dimensions:
        position = dimensions.index(name)
        return lambda row: row[0][position]
    if name in TIME_DIMENSIONS and "dateHourMinute" in dimensions:
        position, cut = dimensions.index("dateHourMinute"), TIME_DIMENSIONS[name]
        return lambda row: row[0][position][cut]
    if name in METRICS:
        column = METRICS.index(name)
        return lambda row: row[1][column]
    raise Refused(invalid(f"Field {name} is neither a dimension nor a metric of this request."))


def _test(expression: dict[str, Any], dimensions: tuple[str, ...]) -> Test:
    if group := expression.get("andGroup"):
        tests = [_test(one, dimensions) for one in group.get("expressions") or []]
        return lambda row: all(test(row) for test in tests)
    if group := expression.get("orGroup"):
        tests = [_test(one, dimensions) for one in group.get("expressions") or []]
        return lambda row: any(test(row) for test in tests)
    if inner := expression.get("notExpression"):
        test = _test(inner, dimensions)
        return lambda row: not test(row)
    return _filter(expression.get("filter") or {}, dimensions)


def _filter(asked: dict[str, Any], dimensions: tuple[str, ...]) -> Test:
    read = _reader(asked.get("fieldName", ""), dimensions)
    if text := asked.get("stringFilter"):
        fits, wanted = TEXTS[text.get("matchType", "EXACT")], text.get("value", "")
        return lambda row: bool(fits(read(row), wanted))
    if listed := asked.get("inListFilter"):
        values = frozenset(listed.get("values") or [])
        return lambda row: read(row) in values
    if number := asked.get("numericFilter"):
        compare, value = NUMBERS[number.get("operation", "EQUAL")], _number(number.get("value"))
        return lambda row: compare(float(read(row)), value)
    if between := asked.get("betweenFilter"):
        low, high = _number(between.get("fromValue")), _number(between.get("toValue"))
        return lambda row: low <= float(read(row)) <= high
    raise Refused(invalid("The filter has no condition."))


def _number(value: dict[str, Any] | None) -> float:
    number = value or {}
    return float(number.get("int64Value", number.get("doubleValue", 0)))
