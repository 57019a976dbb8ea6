"""Every port that we open on one machine, asked by a stranger: no credentials, a browser's Origin, a foreign Host."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import requests

from local.services import binaries
from local.stack import Stack

STRANGER = {"Origin": "https://evil.example", "Host": "evil.example"}
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("a house") / "home")
    made.enter(keep=True)
    yield made
    made.stop()


def plain(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def without_certificate(port: int) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    return context.wrap_socket(plain(port))


def answer_to(port: int, said: bytes, *, tls: bool) -> bytes:
    """What a port answers to these bytes; nothing if it hangs up."""
    try:
        with (without_certificate if tls else plain)(port) as connection:
            connection.sendall(said)
            return connection.recv(4096)
    except OSError:
        return b""


def seaweedfs_ports(stack: Stack) -> dict[str, int]:
    return stack.running()["seaweedfs"].ports


def test_seaweedfs_listens_on_no_port_that_is_not_asked_here(stack: Stack) -> None:
    import psutil

    process = psutil.Process(stack.running()["seaweedfs"].process.pid)
    listening = [each.laddr for each in process.net_connections() if each.status == "LISTEN"]
    assert {address.port for address in listening} == {*seaweedfs_ports(stack).values()}
    assert {address.ip for address in listening} == {"127.0.0.1"}


@pytest.mark.parametrize("part", ["master", "volume", "filer", "admin"])
def test_seaweedfs_s_http_asks_for_a_certificate(stack: Stack, part: str) -> None:
    port = seaweedfs_ports(stack)[part]
    asked = b"GET / HTTP/1.1\r\nHost: evil.example\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n"
    assert answer_to(port, asked, tls=True) == b""
    in_the_clear = answer_to(port, asked, tls=False)
    assert in_the_clear.startswith(b"HTTP/1.0 400 ")
    assert b"Access-Control" not in in_the_clear


@pytest.mark.parametrize("part", ["s3", "master", "volume", "filer", "admin"])
def test_seaweedfs_s_grpc_asks_for_a_certificate(stack: Stack, part: str) -> None:
    port = seaweedfs_ports(stack)[f"{part}.grpc"]
    assert answer_to(port, HTTP2, tls=False) == b""
    # Whoever is let in is sent HTTP/2 settings; an alert is all that a stranger gets.
    assert answer_to(port, HTTP2, tls=True) == b""


def test_seaweedfs_s_own_shell_gets_no_secret_without_the_certificate(stack: Stack, tmp_path: Path) -> None:
    ports = seaweedfs_ports(stack)
    command = [str(binaries.weed()), "shell"]
    command += [f"-{part}=127.0.0.1:{ports[part]}.{ports[f'{part}.grpc']}" for part in ("master", "filer")]
    asked = {"input": "s3.configure\nfs.ls /buckets\nexit\n", "capture_output": True, "text": True, "timeout": 3}
    with pytest.raises(subprocess.TimeoutExpired) as stuck:
        # It tries for ever to reach the master.
        subprocess.run(command, cwd=tmp_path, check=False, **asked)  # type: ignore[call-overload]
    said = f"{stuck.value.stdout}{stuck.value.stderr}"
    assert stack.secrets.lake_secret_key not in said
    assert "identities" not in said


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS"])
def test_s3_answers_strangers_with_a_refusal_only(stack: Stack, method: str) -> None:
    headers = STRANGER | {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    for path in ("/", "/lake", "/lake?list-type=2", "/?Action=ListUsers&Version=2010-05-08", "/lake/raw/x"):
        try:
            answer = requests.request(method, f"{stack.s3_endpoint}{path}", headers=headers, timeout=60)
        except requests.ConnectionError:
            # It hangs up on some preflights.
            continue
        assert answer.status_code in (400, 403, 405), (path, answer.text)
        assert "<Error>" in answer.text or not answer.content, path
        if method == "OPTIONS":
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_sandbox_answers_strangers_with_a_refusal_only(stack: Stack) -> None:
    # GitHub lets anybody read public repositories, and so does its stand-in.
    for path in ("/_sandbox/requests", "/statuscake/v1/uptime", "/postman/me", "/weather/data/2.5/weather"):
        answer = requests.get(f"{stack.sandbox_url}{path}", headers=STRANGER, timeout=60)
        assert answer.status_code == 401, path
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_nothing_in_the_data_folder_is_anybody_elses_to_read(stack: Stack) -> None:
    def is_open(path: Path) -> bool:
        """Whether others may read it: a folder that nobody else may enter protects what is below it."""
        if path.is_symlink() or not path.stat().st_mode & 0o066:
            return False
        return all(parent.stat().st_mode & 0o011 for parent in path.parents if parent.is_relative_to(stack.home))

    assert [path for path in (stack.home, *stack.home.rglob("*")) if is_open(path)] == []


def test_postgresql_asks_everybody_for_a_password(stack: Stack) -> None:
    port = stack.running()["postgres"].ports["sql"]
    for user in ("postgres", "airflow", "warehouse", "stranger"):
        for password in ("", user, "postgres"):
            with pytest.raises(psycopg2.OperationalError, match="password"):
                psycopg2.connect(host="127.0.0.1", port=port, user=user, password=password, dbname="warehouse")
