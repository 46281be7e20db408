-- An entry belongs to the transaction that wrote it: legs join it there or never, and at the end they sum to 0.

CREATE FUNCTION exchange_actor() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    actor text := nullif(current_setting('heban.actor', true), '');
BEGIN
    IF actor IS NULL THEN
        RAISE EXCEPTION 'nobody acts: heban.actor is not set in this transaction'
            USING ERRCODE = '42501', CONSTRAINT = 'actor_named';
    END IF;
    RETURN actor;
END $$;

-- The writer of an entry is what the database knows, whatever the row says. The transaction's number alone
-- would not do: numbers begin again when a copy of the data is restored elsewhere.
CREATE FUNCTION exchange_stamp_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.actor := exchange_actor();
    NEW.transaction := pg_current_xact_id()::text::bigint;
    NEW.written_at := transaction_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER entry_stamped BEFORE INSERT ON exchange_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION exchange_stamp_entry();

CREATE FUNCTION exchange_seal_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM exchange_ledgerentry
        WHERE id = NEW.entry_id AND transaction = pg_current_xact_id()::text::bigint
            AND written_at = transaction_timestamp();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry % is sealed: legs are written with their entry, or in an entry of their own',
            NEW.entry_id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leg_sealed BEFORE INSERT ON exchange_ledgerleg
    FOR EACH ROW EXECUTE FUNCTION exchange_seal_entry();

CREATE FUNCTION exchange_check_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    checked bigint := CASE TG_TABLE_NAME
        WHEN 'exchange_ledgerentry' THEN (to_jsonb(NEW) ->> 'id')::bigint
        ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
    total numeric;
    legs bigint;
BEGIN
    SELECT coalesce(sum(amount_fen), 0), count(*) INTO total, legs
        FROM exchange_ledgerleg WHERE entry_id = checked;
    IF total <> 0 OR legs < 2 THEN
        RAISE EXCEPTION 'entry % has % legs that sum to % fen; two or more that sum to 0 are needed',
            checked, legs, total USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balanced AFTER INSERT ON exchange_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_check_entry();
-- Legs are looked at too: legs alone may come after a SET CONSTRAINTS ALL IMMEDIATE has looked at their entry.
CREATE CONSTRAINT TRIGGER leg_balanced AFTER INSERT ON exchange_ledgerleg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_check_entry();
