"""Ports on 127.0.0.1: the usual port if it is free, else another free port."""

import random
import socket
from collections.abc import Iterable, Mapping

# Below the ranges from which Linux (32768) and macOS (49152) take the ports of outgoing connections, so that
# a free port is not taken by an outgoing connection before the service has bound it.
RANGE = range(20_000, 30_000)


def is_free(port: int) -> bool:
    """Whether nothing listens on `port` of 127.0.0.1 and a server can bind it."""
    with socket.socket() as probe:
        probe.settimeout(1)
        # macOS lets two sockets bind a port if one has the wildcard address: also test whether a server answers.
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(usual: int | None = None, taken: Iterable[int] = ()) -> int:
    """Return `usual` if it is free, else a free port outside `taken`."""
    avoid = set(taken)
    if usual is not None and usual not in avoid and is_free(usual):
        return usual
    for port in random.sample(RANGE, len(RANGE)):
        if port not in avoid and is_free(port):
            return port
    raise OSError(f"no free port between {RANGE.start} and {RANGE.stop} on 127.0.0.1")


def free_ports(usual: Mapping[str, int | None]) -> dict[str, int]:
    """Return a free port for each name, all different: {"s3": 8333, …} -> {"s3": 24117, …}."""
    chosen: dict[str, int] = {}
    for name, port in usual.items():
        chosen[name] = free_port(port, chosen.values())
    return chosen
