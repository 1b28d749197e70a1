-- What a database administrator does once, as superuser; from then on Brume needs no superuser.
--
--   BRUME_ROLES=<folder> psql -v database=<name> -f prisma/postgresql/roles.sql
--
-- <folder> holds one file per role with its password, as DATABASE_ROLES of Brume's processes (a Kubernetes secret mounted as a folder):
--
--   brume_migrator       owns the schema and applies migrations; only the processes that shall migrate hold its file
--   brume_auth           tables of auth          |
--   brume_ingest         tables of ingest        | bound by row-level security: a request sees its tenant's rows
--   brume_ledger         tables of the ledger    |
--   brume_ledger_append  the append path of the ledger: entries of all tenants, by no more columns than it needs; not bound by row-level
--                        security, because one transaction holds entries of several tenants, each told by its chain's record
--
-- What each may do with which table is said by the migration `roles`, which brume_migrator applies. Run again, it sets the passwords anew and
-- leaves a database that is there as it is.
\set ON_ERROR_STOP on
\set migrator_password `cat "$BRUME_ROLES/brume_migrator"`
\set auth_password `cat "$BRUME_ROLES/brume_auth"`
\set ingest_password `cat "$BRUME_ROLES/brume_ingest"`
\set ledger_password `cat "$BRUME_ROLES/brume_ledger"`
\set append_password `cat "$BRUME_ROLES/brume_ledger_append"`

-- Two administrators at once.
SELECT pg_advisory_lock(hashtext('brume roles')) \g /dev/null

SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY['brume_migrator', 'brume_auth', 'brume_ingest', 'brume_ledger', 'brume_ledger_append']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE brume_migrator      LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'migrator_password';
ALTER ROLE brume_auth          LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'auth_password';
ALTER ROLE brume_ingest        LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'ingest_password';
ALTER ROLE brume_ledger        LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'ledger_password';
ALTER ROLE brume_ledger_append LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS   PASSWORD :'append_password';

-- Bytes compare as bytes: pages of ids have one order on every machine.
SELECT format('CREATE DATABASE %I OWNER brume_migrator TEMPLATE template0 ENCODING ''UTF8'' LC_COLLATE ''C'' LC_CTYPE ''C.UTF-8''', :'database')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO brume_auth, brume_ingest, brume_ledger, brume_ledger_append;

\connect :"database"
-- Nobody but the owner of the database makes anything in it.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
