-- The roles and the database of an installation on an existing PostgreSQL (14 or later). Once, on the primary:
--   psql -v ON_ERROR_STOP=1 -v owner_password=... -v server_password=... -f roles.sql postgres
-- The first start of the program brings the schema and grants the server's role what it may do.

-- Owns the schema and migrates it: INCUBASE_DATABASE_OWNER_URL.
create role incubase_owner login password :'owner_password';

-- Serves: INCUBASE_DATABASE_URL. It inserts into the log and never changes it. pg_monitor shows the lag of standbys.
create role incubase_server login password :'server_password';
grant pg_monitor to incubase_server;

-- UTF8 and a locale that knows letters: search in Chinese needs both.
create database incubase owner incubase_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke connect on database incubase from public;
grant connect on database incubase to incubase_server;

\connect incubase
alter schema public owner to incubase_owner;
revoke create on schema public from public;
