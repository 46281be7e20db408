-- Rows with a state: they begin and change along listed edges only, each change one version on, each audited.

-- What one event says, in one form whatever the session's settings; the digest covers the one before.
CREATE FUNCTION exchange_audit_digest(event exchange_auditevent) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
    SELECT encode(sha256(convert_to(event.previous || ' ' || jsonb_build_array(
        event.entity, event.entity_id, event.sequence,
        to_char(event.at, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        event.actor, event.act, event.reason, event.change
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION exchange_chain_audit() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    last exchange_auditevent;
BEGIN
    SELECT * INTO last FROM exchange_auditevent
        WHERE entity = NEW.entity AND entity_id = NEW.entity_id ORDER BY sequence DESC LIMIT 1;
    NEW.sequence := coalesce(last.sequence, 0) + 1;
    NEW.previous := coalesce(last.digest, '');
    NEW.at := clock_timestamp();
    NEW.digest := exchange_audit_digest(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chained BEFORE INSERT ON exchange_auditevent
    FOR EACH ROW EXECUTE FUNCTION exchange_chain_audit();

-- Runs as the owner: the role that serves cannot write to the audit itself.
CREATE FUNCTION exchange_state_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
DECLARE
    machine_name text := TG_ARGV[0];
    actor_name text := exchange_actor();
    -- What an asset is found by is made from its other columns, and is not told twice.
    old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) - 'words'
        ELSE '{"state": "", "version": 0}' END;
    new_row jsonb := to_jsonb(NEW) - 'words';
    old_state text := old_row ->> 'state';
    new_state text := new_row ->> 'state';
    changed jsonb;
BEGIN
    IF (new_row ->> 'version')::bigint <> (old_row ->> 'version')::bigint + 1
        OR TG_OP = 'UPDATE' AND new_row -> 'id' <> old_row -> 'id' THEN
        RAISE EXCEPTION '% %: version % cannot follow version %', machine_name, new_row ->> 'id',
            new_row ->> 'version', old_row ->> 'version'
            USING ERRCODE = '23514', CONSTRAINT = 'version_follows';
    END IF;
    -- A state that nothing leaves is the end of its row: no column of it changes any more.
    IF NOT EXISTS (
        SELECT FROM exchange_stateedge WHERE machine = machine_name AND source = old_state
            AND (target = new_state OR old_state = new_state)
    ) THEN
        RAISE EXCEPTION '% %: there is no way from % to %', machine_name, new_row ->> 'id',
            coalesce(nullif(old_state, ''), 'the beginning'), new_state
            USING ERRCODE = '23514', CONSTRAINT = 'state_edge';
    END IF;
    SELECT jsonb_build_object(
            'before', coalesce(jsonb_object_agg(key, old_row -> key) FILTER (WHERE TG_OP = 'UPDATE'), '{}'),
            'after', jsonb_object_agg(key, value))
        INTO changed FROM jsonb_each(new_row) WHERE value IS DISTINCT FROM old_row -> key;
    INSERT INTO exchange_auditevent
            (entity, entity_id, sequence, at, actor, act, reason, change, previous, digest)
        VALUES (TG_TABLE_NAME, (new_row ->> 'id')::bigint, 0, now(), actor_name,
            coalesce(current_setting('heban.act', true), ''),
            coalesce(current_setting('heban.reason', true), ''), changed, '', '');
    RETURN NULL;
END $$;

DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('asset', 'Resource'), ('booking', 'Booking'), ('serviceorder', 'ServiceOrder'), ('sample', 'Sample'),
        ('ruleset', 'RuleSet'), ('voucherquota', 'VoucherQuota'), ('hold', 'VoucherHold'),
        ('redemption', 'Redemption'), ('settlementbatch', 'SettlementBatch'), ('case', 'Case')
    ) named (name, machine) LOOP
        EXECUTE format(
            'CREATE TRIGGER %1$s_state AFTER INSERT OR UPDATE ON exchange_%1$s
                FOR EACH ROW EXECUTE FUNCTION exchange_state_guard(%2$L)', guarded.name, guarded.machine);
    END LOOP;
END $$;

-- What is wrong with the audit: links that do not fit, and rows that are not what their events made them.
CREATE FUNCTION exchange_audit_faults()
RETURNS TABLE (entity text, entity_id bigint, sequence bigint, fault text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
#variable_conflict use_column
DECLARE
    guarded name;
BEGIN
    RETURN QUERY
        SELECT e.entity::text, e.entity_id, e.sequence::bigint, CASE
            WHEN e.digest <> exchange_audit_digest(e.event) THEN 'the event was altered'
            WHEN e.sequence <> e.place THEN 'an event before it is missing'
            ELSE 'it does not follow the event before it' END
        FROM (
            SELECT a.*, a AS event,
                row_number() OVER chain AS place,
                coalesce(lag(a.digest) OVER chain, '') AS before
            FROM exchange_auditevent a WINDOW chain AS (PARTITION BY a.entity, a.entity_id ORDER BY a.sequence)
        ) e
        WHERE e.digest <> exchange_audit_digest(e.event) OR e.sequence <> e.place OR e.previous <> e.before
        ORDER BY 1, 2, 3;
    FOR guarded IN
        SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE t.tgfoid = 'exchange_state_guard'::regproc ORDER BY 1
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %1$L::text, coalesce(r.id, told.entity_id), told.events, CASE
                WHEN r.id IS NULL THEN ''the row is gone''
                WHEN told.events IS NULL THEN ''the row has no events''
                ELSE ''the row is not what its events made it'' END
            FROM %1$I r FULL JOIN (
                SELECT a.entity_id, max(a.sequence)::bigint AS events,
                    jsonb_object_agg(f.key, f.value ORDER BY a.sequence) AS made
                FROM exchange_auditevent a, jsonb_each(a.change -> ''after'') f
                WHERE a.entity = %1$L GROUP BY a.entity_id
            ) told ON told.entity_id = r.id
            WHERE r.id IS NULL OR told.events IS NULL OR NOT to_jsonb(r) @> told.made ORDER BY 2', guarded);
    END LOOP;
END $$;
