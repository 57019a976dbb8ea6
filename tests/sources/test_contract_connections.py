"""What every source keeps to by being there: helpful errors, and no secret in any of them nor in the logs."""

import json
import re
import socket
import traceback
from datetime import UTC, datetime

import pytest

from bellwether.hooks.errors import ApiError, BadConnection
from bellwether.operators.api_to_s3 import operator_of
from bellwether.places import WATCHED
from bellwether.sources import hook_of, source_module, source_names, source_of
from bellwether.window import Window

FAILURES = [
    *("expired_token", "forbidden", "gone", "429", "secondary_limit", "quota"),
    *("500", "502", "html", "garbage", "cut"),
]
HOUR = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 20, 1, tzinfo=UTC))
SOURCES = pytest.mark.parametrize("source", source_names())
OPEN = {source for source in source_names() if not source_of(source).credentials}
"""Those that ask for no credentials."""


def read_all(hook):
    """Reads a little of every stream; the last error there was."""
    found = None
    for stream in hook.source.streams:
        try:
            for subject in hook.subjects(stream):
                list(hook.read(stream, subject, HOUR))
        except ApiError as error:
            found = error
    return found


def told(error):
    """All that an error says, with what led to it."""
    texts = traceback.format_exception(error)
    while error:
        texts += [str(error), repr(error), repr(error.args)]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


def secrets_of(vendors):
    credentials = vendors.credentials
    private_key = credentials.service_account["private_key"]
    # An access token and an assertion are made on the way; both have a beginning of their own.
    return [*credentials.secrets, *private_key.split("\n")[1:-2], json.dumps(private_key)[1:-1], "ya29.", "eyJ"]


def assert_nothing_is_given_away(vendors, text):
    assert text
    for secret in secrets_of(vendors):
        assert secret not in text


@SOURCES
@pytest.mark.parametrize("kind", FAILURES)
def test_no_error_and_no_log_line_holds_a_secret(vendors, log_lines, source, kind):
    hook = vendors.hook(source, patience_seconds=0)
    vendors.misbehave(source, kind, count=10_000)
    error = read_all(hook)
    assert isinstance(error, ApiError)
    assert f"'{source}'" in str(error)
    assert_nothing_is_given_away(vendors, told(error))
    assert_nothing_is_given_away(vendors, "\n".join(log_lines))


@SOURCES
def test_nor_when_nobody_is_there(vendors, log_lines, source):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    connection = json.dumps(vendors.connection(source)).replace(vendors.root, f"http://127.0.0.1:{port}")
    vendors.connect(source, json.loads(connection))
    error = read_all(hook_of(source)())
    assert isinstance(error, ApiError)
    assert_nothing_is_given_away(vendors, told(error) + "\n".join(log_lines))


@SOURCES
def test_nor_when_all_goes_well(vendors, log_lines, source):
    assert read_all(vendors.hook(source)) is None
    assert_nothing_is_given_away(vendors, "\n".join(log_lines))


def assert_helps(error, source, *words):
    assert isinstance(error, BadConnection)
    for word in (f"'{source}'", f"AIRFLOW_CONN_{source.upper()}=", source_of(source).example, *words):
        assert word in str(error)


@SOURCES
def test_a_missing_connection_is_named_with_an_example(source, monkeypatch):
    monkeypatch.delenv(f"AIRFLOW_CONN_{source.upper()}", raising=False)
    assert_helps(read_all(hook_of(source)()), source, "does not exist")


@SOURCES
def test_another_connections_name_is_the_one_that_is_told(source, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_MINE", raising=False)
    error = read_all(hook_of(source)("mine"))
    assert "'mine'" in str(error)
    assert "AIRFLOW_CONN_MINE=" in str(error)


@pytest.mark.parametrize("source", sorted(set(source_names()) - OPEN))
def test_a_missing_secret_is_named_with_an_example(vendors, source):
    connection = vendors.connection(source, **{source_of(source).credentials: None})
    connection.pop("password", None)
    vendors.connect(source, connection)
    assert_helps(read_all(hook_of(source)()), source, source_of(source).credentials)
    assert not vendors.asked(source)


@SOURCES
@pytest.mark.parametrize("wrong", ["dogbreed/site", [], {"a": 1}, [None], [["a"]], 5], ids=str)
def test_a_wrong_list_of_what_is_watched_is_named_with_an_example(vendors, source, wrong):
    field = source_of(source).watched
    assert_helps(read_all(vendors.hook(source, **{field: wrong})), source, f"'{field}'")


@SOURCES
def test_a_missing_list_means_everything_or_is_named(vendors, source):
    field = source_of(source).watched
    error = read_all(vendors.hook(source, **{field: None}))
    if source_of(source).listing or field == WATCHED:
        assert error is None
    else:
        assert_helps(error, source, f"'{field}'")


@SOURCES
def test_a_wrong_number_in_the_extra_is_named(vendors, source):
    assert_helps(read_all(vendors.hook(source, timeout_seconds="soon")), source, "'timeout_seconds'")


@SOURCES
def test_an_unreadable_extra_is_named(vendors, source):
    connection = vendors.connection(source)
    vendors.connect(source, connection | {"extra": "{half"})
    assert_helps(read_all(hook_of(source)()), source, "extra")


@SOURCES
def test_the_example_is_a_connection(source):
    example = json.loads(source_of(source).example)
    assert example["conn_type"] == "http"
    assert isinstance(example["extra"][source_of(source).watched], list)
    assert {**example, **example["extra"]}.keys() >= set(filter(None, [source_of(source).credentials]))


@SOURCES
def test_the_module_says_what_it_is_about_and_links_the_api(source):
    text = source_module(source).__doc__
    assert len(text) > 300
    assert re.search(r"API: .*https://", text)
    assert "What bites:" in text
    assert source_of(source).watched in text


@SOURCES
def test_the_classes_are_named_after_the_source(source):
    hook = hook_of(source)
    operator = operator_of(hook)
    assert hook.source.name == source
    assert source_module(source).__doc__.startswith(f"{hook.source.title}: ")
    assert hook.__name__.lower() == source.replace("_", "") + "hook"
    assert operator.__name__.lower() == source.replace("_", "") + "tos3operator"
    assert hook.__doc__
    assert operator.__doc__
    assert getattr(source_module(source), operator.__name__) is operator
