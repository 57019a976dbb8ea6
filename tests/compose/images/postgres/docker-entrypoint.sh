#!/usr/bin/env bash
# What docker-compose.yaml relies on of the official image's entrypoint: variables and their _FILE twins, the step down
# from root, the place of the data, the scripts of /docker-entrypoint-initdb.d at the first start. Nothing beyond that.
set -Eeuo pipefail

from_file() {
    local name=$1 file="${1}_FILE"
    if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
        echo "error: both $name and $file are set" >&2
        exit 1
    fi
    if [ -n "${!file:-}" ]; then
        export "$name=$(cat "${!file}")"
        unset "$file"
    fi
}

refuse_the_old_mount() {
    if grep -q ' /var/lib/postgresql/data ' /proc/self/mountinfo; then
        echo "Error: in 18+, these images keep their data in $PGDATA, and there is a mount at" >&2
        echo "       /var/lib/postgresql/data: mount the volume at /var/lib/postgresql instead" >&2
        exit 1
    fi
}

as_init_scripts_do() { psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "$@"; }

run_init_scripts() {
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
            *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
            *.sql) as_init_scripts_do --dbname "$POSTGRES_DB" --file "$file" ;;
            *) echo "ignoring $file" ;;
        esac
    done
}

initialise() {
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo "Error: Database is uninitialized and superuser password is not specified." >&2
        exit 1
    fi
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    echo "unix_socket_directories = '/var/run/postgresql, /tmp'" >>"$PGDATA/postgresql.conf"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}" PGHOST=/var/run/postgresql
    pg_ctl --pgdata="$PGDATA" -o "-c listen_addresses=''" -w start
    if [ "$POSTGRES_DB" != postgres ]; then
        as_init_scripts_do --dbname postgres --set db="$POSTGRES_DB" <<<'create database :"db";'
    fi
    run_init_scripts
    pg_ctl --pgdata="$PGDATA" --mode=fast -w stop
    unset PGPASSWORD PGHOST
    echo "PostgreSQL init process complete; ready for start up."
}

case "${1:-}" in -*) set -- postgres "$@" ;; esac

if [ "${1:-}" = postgres ]; then
    refuse_the_old_mount
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_USER
    from_file POSTGRES_DB
    export POSTGRES_USER="${POSTGRES_USER:-postgres}"
    export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    if [ "$(id -u)" = 0 ]; then
        find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
        # What came from a file is in the environment now: the name of the file would be refused a second time.
        exec gosu postgres "$0" "$@"
    fi
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        initialise
    fi
fi
exec "$@"
