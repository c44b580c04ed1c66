-- What the database itself remembers of loaded layers, whoever changes them: Abat, QGIS or plain SQL. Set anew by
-- every upgrade of the schema, with triggers for each layer (layers/triggers.py). A row that a load brings is not
-- written here: it carries its file and its run. In the name of the owner: who may change a layer may not write
-- its history by hand. abat.account, abat.how and abat.run are believed as in assessments.sql.

-- Nothing is known of the transition tables: a hash join is right for any, and compiling for none.
CREATE OR REPLACE FUNCTION row_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    owner oid := (SELECT relowner FROM pg_class WHERE oid = TG_RELID);
    who text := coalesce(CASE WHEN pg_has_role(session_user, owner, 'MEMBER')
                              THEN nullif(current_setting('abat.account', true), '') END, session_user);
    how text := coalesce(CASE WHEN session_writes(owner) THEN nullif(current_setting('abat.how', true), '') END,
                         nullif(current_setting('application_name'), ''), 'SQL');
    run bigint := session_run(owner);
    told text;
    keys text[];
    key text;
    same text;
BEGIN
    SELECT string_agg(format(CASE WHEN attname = 'geom' THEN 'r.%1$I::text AS %1$I' ELSE 'r.%1$I' END, attname), ', '
                      ORDER BY attnum) INTO told
        FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
    SELECT array_agg(attname ORDER BY array_position(indkey::int2[], attnum)) INTO keys
        FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = TG_RELID AND indisprimary;
    SELECT format('concat_ws('' '', %s)', string_agg(format('r.%I', name), ', ')),
           string_agg(format('r.%1$I = n.%1$I', name), ' AND ') INTO key, same FROM unnest(keys) AS name;
    told := format('INSERT INTO changes (layer, key, action, account, how, run_id, before)
                    SELECT %L, %s, %%L, $1, $2, $3, (SELECT to_jsonb(x) FROM (SELECT %s) AS x)', TG_TABLE_NAME, key, told);
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format(told, 'delete') || format(' FROM %I AS r', TG_TABLE_NAME) USING who, how, run;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format(told, 'delete') || ' FROM former AS r' USING who, how, run;
    ELSE
        EXECUTE format(told, 'update') || format(' FROM former AS r JOIN latter AS n ON %s WHERE r IS DISTINCT FROM n', same)
            USING who, how, run;
        EXECUTE format(told, 'delete') || format(' FROM former AS r WHERE NOT EXISTS (SELECT FROM latter AS n WHERE %s)', same)
            USING who, how, run;  -- a row with a new key is another row
        EXECUTE format('INSERT INTO changes (layer, key, action, account, how, run_id)
                        SELECT %L, %s, ''insert'', $1, $2, $3 FROM latter AS r
                        WHERE NOT EXISTS (SELECT FROM former AS n WHERE %s)', TG_TABLE_NAME, key, same) USING who, how, run;
    END IF;
    RETURN NULL;
END $$;

-- For rows without a run, or of a run that is over: those of a load say themselves where they came from.
CREATE OR REPLACE FUNCTION row_added() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key text;
BEGIN
    SELECT string_agg(format('r.%I', attname), ', ' ORDER BY array_position(indkey::int2[], attnum)) INTO key
        FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = TG_RELID AND indisprimary;
    EXECUTE format('INSERT INTO changes (layer, key, action, account, how)
                    SELECT %L, concat_ws('' '', %s), ''insert'', session_user, $1 FROM latter AS r
                    WHERE run_id IS NULL OR run_id IN (SELECT run_id FROM run_times)', TG_TABLE_NAME, key)
        USING coalesce(nullif(current_setting('application_name'), ''), 'SQL');
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION layer_touched() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO changes (layer, action, account, how) VALUES (TG_TABLE_NAME, 'touched', session_user,
        coalesce(nullif(current_setting('application_name'), ''), 'SQL'));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION history_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is never rewritten: % takes new rows only', TG_TABLE_NAME USING
        ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER changes_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON changes
    FOR EACH STATEMENT EXECUTE FUNCTION history_kept();
CREATE OR REPLACE TRIGGER runs_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON runs
    FOR EACH STATEMENT EXECUTE FUNCTION history_kept();
CREATE OR REPLACE TRIGGER rejections_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON rejections
    FOR EACH STATEMENT EXECUTE FUNCTION history_kept();
CREATE OR REPLACE TRIGGER run_times_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON run_times
    FOR EACH STATEMENT EXECUTE FUNCTION history_kept();

-- Rows are rejected by a run while it works, and by none that is over: what it refused stands fast with its end.
CREATE OR REPLACE FUNCTION rejection_added() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    past bigint;
BEGIN
    SELECT run_id INTO past FROM (SELECT DISTINCT run_id FROM latter) AS told WHERE NOT run_is_open(run_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'history is never rewritten: run % is over, and rejects no more rows', past USING
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER rejection_added AFTER INSERT ON rejections
    REFERENCING NEW TABLE AS latter FOR EACH STATEMENT EXECUTE FUNCTION rejection_added();

-- Nobody but the owner signs a run for another, or dates it.
CREATE OR REPLACE FUNCTION run_signed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        NEW.account := session_user;
        NEW.at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER run_signed BEFORE INSERT ON runs FOR EACH ROW EXECUTE FUNCTION run_signed();

-- Statistics, which only the owner may take, for the application's role: a query after a load must not guess.
CREATE OR REPLACE FUNCTION rows_counted(layer text) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('ANALYZE public.%I', layer);
END $$;
REVOKE EXECUTE ON FUNCTION rows_counted(text) FROM PUBLIC;

-- As the last thing of a transaction, and also of a load that fills an empty layer with other triggers off.
CREATE OR REPLACE FUNCTION run_ended() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO run_times (run_id, began, ended) VALUES (NEW.id, transaction_timestamp(), clock_timestamp());
    RETURN NULL;
END $$;

SET CONSTRAINTS ALL IMMEDIATE;  -- what waits for the end of this transaction stands in the way of the next lines
DROP TRIGGER IF EXISTS run_ended ON runs;
CREATE CONSTRAINT TRIGGER run_ended AFTER INSERT ON runs DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION run_ended();
ALTER TABLE runs ENABLE ALWAYS TRIGGER run_ended;
SET CONSTRAINTS ALL DEFERRED;
