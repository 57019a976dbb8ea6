"""Ports: the usual one if nobody has it."""

import socket

import pytest

from local.services.ports import RANGE, free_port, free_ports, is_free


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_usual_port_is_taken_if_it_is_free(taken: int) -> None:
    usual = free_port()
    assert is_free(usual)
    assert free_port(usual) == usual


def test_another_is_found_if_somebody_has_it(taken: int) -> None:
    assert not is_free(taken)
    assert free_port(taken) in RANGE


def test_a_listener_on_every_interface_counts() -> None:
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()
        assert not is_free(listener.getsockname()[1])


def test_ports_chosen_together_differ() -> None:
    usual = free_port()
    found = free_ports({"a": usual, "b": usual, "c": None})
    assert found["a"] == usual
    assert len({*found.values()}) == 3
