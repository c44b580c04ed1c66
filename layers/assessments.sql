-- What the database itself does about verdicts, whoever changes them: Abat, QGIS or plain SQL. It lets people
-- write what is theirs to decide and nothing else, numbers each edition, says who and when, remembers what was
-- judged, writes the history, and deletes nothing. Set anew by every upgrade of the schema.
-- Settings of a transaction: abat.keeping (on while a derive brings findings up to date), abat.account, abat.how
-- and abat.run (who changes verdicts, by what, in which run). They are believed of the owner of the tables, and of
-- accounts that the owner made members of itself: anybody can set them, and nobody else may sign for another. Of
-- the application's role all but abat.account are (session.sql).

CREATE OR REPLACE FUNCTION assessment_given() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owner oid;
    keeping boolean := coalesce(current_setting('abat.keeping', true), '') = 'on';
    decided text[];
    said jsonb;
    said_before jsonb;
    known assessments;
    absent text;
BEGIN
    IF NOT keeping OR current_setting('is_superuser') <> 'on' THEN  -- who is one may sign for anybody, and is asked faster
        owner := (SELECT relowner FROM pg_class WHERE oid = TG_RELID);
        keeping := keeping AND (pg_has_role(session_user, owner, 'MEMBER') OR session_writes(owner));
    END IF;
    IF keeping AND TG_OP = 'UPDATE'  -- only what was found changes: nothing is said, counted or signed
            AND (NEW.verdict, NEW.lead_body, NEW.note, NEW.savings_kzt, NEW.edition, NEW.assessed_by,
                 NEW.assessed_at, NEW.judged) IS NOT DISTINCT FROM
                (OLD.verdict, OLD.lead_body, OLD.note, OLD.savings_kzt, OLD.edition, OLD.assessed_by,
                 OLD.assessed_at, OLD.judged) THEN
        RETURN NEW;
    END IF;
    -- set here, where few rows come
    decided := ARRAY['verdict', 'lead_body', 'note', 'savings_kzt'];
    said_before := '{"verdict": "not_assessed", "lead_body": null, "note": null, "savings_kzt": null}';
    -- an empty text is what a form leaves behind, not something said
    NEW.verdict := coalesce(NEW.verdict, 'not_assessed');
    NEW.lead_body := nullif(btrim(NEW.lead_body), '');
    NEW.note := nullif(btrim(NEW.note, E' \t\r\n'), '');
    said := jsonb_build_object('verdict', NEW.verdict, 'lead_body', NEW.lead_body, 'note', NEW.note,
                               'savings_kzt', NEW.savings_kzt);
    IF TG_OP = 'UPDATE' THEN
        said_before := jsonb_build_object('verdict', OLD.verdict, 'lead_body', OLD.lead_body, 'note', OLD.note,
                                          'savings_kzt', OLD.savings_kzt);
        IF NOT keeping AND (NOT ST_OrderingEquals(NEW.geom, OLD.geom)
                OR to_jsonb(NEW) - decided - 'geom' IS DISTINCT FROM to_jsonb(OLD) - decided - 'geom') THEN
            RAISE EXCEPTION 'of a verdict only these can be changed: %', array_to_string(decided, ', ') USING
                HINT = 'what was found changes with the projects: load them, then abat derive',
                ERRCODE = 'check_violation';
        END IF;
        NEW.edition := OLD.edition;  -- what is counted and signed here no derive changes either
        NEW.assessed_by := OLD.assessed_by;
        NEW.assessed_at := OLD.assessed_at;
        NEW.judged := OLD.judged;
    ELSIF NOT keeping THEN
        SELECT * INTO known FROM assessments WHERE conflict_id = NEW.conflict_id ORDER BY body LIMIT 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the register has no conflict %', NEW.conflict_id USING
                HINT = 'abat conflicts lists them', ERRCODE = 'foreign_key_violation';
        END IF;
        known.edition := 0;
        known.assessed_by := NULL;
        known.assessed_at := NULL;
        known.judged := NULL;
        NEW := jsonb_populate_record(known, said || jsonb_build_object('body', NEW.body));
    ELSE
        NEW.edition := 0;
        NEW.assessed_by := NULL;
        NEW.assessed_at := NULL;
        NEW.judged := NULL;
    END IF;
    IF said = said_before AND (keeping OR TG_OP = 'UPDATE') THEN
        RETURN NEW;
    END IF;
    SELECT name INTO absent FROM unnest(ARRAY[NEW.body, NEW.lead_body]) AS name
        WHERE name IS NOT NULL AND NOT EXISTS (SELECT FROM bodies WHERE code = name)
        AND (TG_OP = 'INSERT' OR name = NEW.lead_body AND name IS DISTINCT FROM said_before->>'lead_body');
    IF FOUND THEN
        RAISE EXCEPTION 'no body has the code %', absent USING
            HINT = 'the table bodies lists them', ERRCODE = 'foreign_key_violation';
    END IF;
    NEW.edition := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.edition END + 1;
    NEW.assessed_at := clock_timestamp();
    NEW.assessed_by := session_user;
    IF owner IS NULL OR pg_has_role(session_user, owner, 'MEMBER') THEN
        NEW.assessed_by := coalesce(nullif(current_setting('abat.account', true), ''), NEW.assessed_by);
    END IF;
    IF NEW.verdict = 'not_assessed' THEN
        NEW.judged := NULL;
    ELSIF NEW.verdict IN ('yes', 'no') AND NEW.verdict <> said_before->>'verdict' THEN
        NEW.judged := jsonb_build_object(
            'starts_a', NEW.starts_a, 'ends_a', NEW.ends_a, 'starts_b', NEW.starts_b, 'ends_b', NEW.ends_b,
            'days_common', NEW.days_common, 'shared_m2', NEW.shared_m2, 'money_at_risk_kzt', NEW.money_at_risk_kzt);
    END IF;
    RETURN NEW;
END $$;

-- In the name of the owner: who may give a verdict may not write the history by hand.
CREATE OR REPLACE FUNCTION assessment_written() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owner oid := (SELECT relowner FROM pg_class WHERE oid = TG_RELID);
    said_before jsonb := '{"verdict": "not_assessed", "lead_body": null, "note": null, "savings_kzt": null}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        said_before := jsonb_build_object('verdict', OLD.verdict, 'lead_body', OLD.lead_body, 'note', OLD.note,
                                          'savings_kzt', OLD.savings_kzt);
    END IF;
    INSERT INTO assessment_changes (conflict_id, body, edition, at, account, how, run_id, before, after, figures)
    VALUES (
        NEW.conflict_id, NEW.body, NEW.edition, NEW.assessed_at, NEW.assessed_by,
        coalesce(CASE WHEN session_writes(owner) THEN nullif(current_setting('abat.how', true), '') END,
                 nullif(current_setting('application_name'), ''), 'SQL'),
        session_run(owner),
        said_before,
        jsonb_build_object('verdict', NEW.verdict, 'lead_body', NEW.lead_body, 'note', NEW.note,
                           'savings_kzt', NEW.savings_kzt),
        jsonb_build_object(
            'starts_a', NEW.starts_a, 'ends_a', NEW.ends_a, 'starts_b', NEW.starts_b, 'ends_b', NEW.ends_b,
            'days_common', NEW.days_common, 'shared_m2', NEW.shared_m2, 'money_at_risk_kzt', NEW.money_at_risk_kzt));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION assessment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never deleted from and its history never rewritten', TG_TABLE_NAME USING
        HINT = 'to take a verdict back set it to not_assessed', ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER assessment_given BEFORE INSERT ON assessments
    FOR EACH ROW EXECUTE FUNCTION assessment_given();
-- Not called for the many rows that a derive in a superuser's hands brings up to date: what was found changes there,
-- and nothing is said, counted or signed.
CREATE OR REPLACE TRIGGER assessment_changed BEFORE UPDATE ON assessments
    FOR EACH ROW WHEN (coalesce(current_setting('abat.keeping', true), '') <> 'on'
        OR current_setting('is_superuser') <> 'on'
        OR (NEW.verdict, NEW.lead_body, NEW.note, NEW.savings_kzt, NEW.edition, NEW.assessed_by,
            NEW.assessed_at, NEW.judged) IS DISTINCT FROM
           (OLD.verdict, OLD.lead_body, OLD.note, OLD.savings_kzt, OLD.edition, OLD.assessed_by,
            OLD.assessed_at, OLD.judged))
    EXECUTE FUNCTION assessment_given();
CREATE OR REPLACE TRIGGER assessment_written AFTER UPDATE ON assessments
    FOR EACH ROW WHEN (OLD.edition <> NEW.edition) EXECUTE FUNCTION assessment_written();
CREATE OR REPLACE TRIGGER assessment_entered AFTER INSERT ON assessments
    FOR EACH ROW WHEN (NEW.edition <> 0) EXECUTE FUNCTION assessment_written();
CREATE OR REPLACE TRIGGER assessment_kept BEFORE DELETE OR TRUNCATE ON assessments
    FOR EACH STATEMENT EXECUTE FUNCTION assessment_kept();
CREATE OR REPLACE TRIGGER assessment_changes_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON assessment_changes
    FOR EACH STATEMENT EXECUTE FUNCTION assessment_kept();
