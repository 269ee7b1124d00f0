#!/bin/sh
# PostgreSQL's image runs this once, on an empty volume. DATABASES lists name=password, with spaces between them: each
# becomes a role and a database of the same name, which that role owns and no other role can connect to.
set -e

for pair in $DATABASES; do
  psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set name="${pair%%=*}" --set password="${pair#*=}" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke all on database :"name" from public;
SQL
done
