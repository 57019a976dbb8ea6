#!/usr/bin/env bash
# What docker-compose.yaml relies on of the official entrypoint: it waits for the metadata database, runs `bash` and
# `python` as they are, and anything else as a subcommand of `airflow`. Users, packages and brokers are not its business.
set -euo pipefail

if [ "$(id -g)" != 0 ] && [ "$(id -u)" != 50000 ]; then
    echo "ERROR! You should run the image with GID=0, and this is UID=$(id -u), GID=$(id -g)" >&2
    exit 1
fi
if ! whoami >/dev/null 2>&1; then
    export HOME=/home/airflow
fi
umask 0002

tries=${CONNECTION_CHECK_MAX_COUNT:-20}
while [ "$tries" -gt 0 ] && ! said=$(airflow db check 2>&1); do
    tries=$((tries - 1))
    if [ "$tries" = 0 ]; then
        printf 'ERROR! The metadata database does not answer.\n%s\n' "$said" >&2
        exit 1
    fi
    sleep "${CONNECTION_CHECK_SLEEP_TIME:-3}"
done

case "${1:-}" in
    bash | python) exec "$@" ;;
    airflow) shift ;;
esac
exec airflow "$@"
