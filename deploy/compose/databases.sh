#!/bin/sh
# Run by PostgreSQL's image at its first start: Airflow's metadata and the warehouse, each with a user of its own.
set -eu
for name in airflow warehouse; do
    psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set name="$name" --set password="$(cat "/var/lib/bellwether/postgres/$name")" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect, temporary on database :"name" from public;
SQL
done
