-- Who a session is, which decides what the triggers of assessments.sql and history.sql believe it.

-- Whether the session belongs to the application's role (layers/access.py), or to the owner of the tables.
CREATE OR REPLACE FUNCTION session_writes(owner oid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_has_role(session_user, owner, 'MEMBER')
        OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'abat_writer' AND pg_has_role(session_user, oid, 'MEMBER'));
$$;

-- Whether a run was recorded in this transaction: of any other that can be seen the end is known (run_ended).
CREATE OR REPLACE FUNCTION run_is_open(run bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM runs WHERE id = run) AND NOT EXISTS (SELECT FROM run_times WHERE run_id = run);
$$;

-- The run that a session says it is in: any of the owner; of the application's role one of this transaction only.
CREATE OR REPLACE FUNCTION session_run(owner oid) RETURNS bigint LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT said FROM CAST(nullif(current_setting('abat.run', true), '') AS bigint) AS said
    WHERE pg_has_role(session_user, owner, 'MEMBER') OR session_writes(owner) AND run_is_open(said);
$$;
