#!/bin/sh
# Run by PostgreSQL's image at its first start: Airflow's metadata and the warehouse, each with a user of its own.
# psql reads the passwords from their files by itself: on its command line every process of the container would see them.
set -eu
for name in airflow warehouse; do
    psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set name="$name" <<SQL
\\set password \`cat /var/lib/bellwether/postgres/$name\`
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect, temporary on database :"name" from public;
SQL
done
