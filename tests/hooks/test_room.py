"""Of large answers one is held at a time, whatever the number of threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bellwether.hooks.exchange import ROOMY_BYTES
from tests.hooks.conftest import DAY, THINGS, things

LARGE = things(1)[:-1] + b" " * ROOMY_BYTES + b"}"


@pytest.mark.parametrize(("body", "at_once"), [(LARGE, 1), (things(1), 4)], ids=["large", "small"])
def test_large_answers_are_held_one_at_a_time(service, hook, body, at_once):
    service.answers({"body": body})
    made = hook()
    made.sender  # noqa: B018  made once, before threads share it
    lock, held, most, together = threading.Lock(), [0], [0], threading.Barrier(at_once)

    def read():
        for _ in made.read(THINGS, "here", DAY):
            with lock:
                held[0] += 1
                most[0] = max(most[0], held[0])
            together.wait(10)
            with lock:
                held[0] -= 1

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(read) for _ in range(4)]:
            done.result(30)
    assert most == [at_once]


def test_an_error_makes_room_too(service, hook):
    service.answers({"body": LARGE.replace(b"data", b"atad")}, {"body": LARGE})
    made = hook()

    def read():
        return list(made.read(THINGS, "here", DAY))

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as another:
        with pytest.raises(RuntimeError):
            one.submit(read).result(30)
        assert another.submit(read).result(30)
