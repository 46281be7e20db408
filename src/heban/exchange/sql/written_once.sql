-- Rows that are written once, and rows that are never removed.
-- Triggers of the statement, so that TRUNCATE and changes of no row are refused alike.

CREATE FUNCTION exchange_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', lower(TG_OP), TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = '42501', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER entry_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are written once');
CREATE TRIGGER leg_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_ledgerleg
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are written once');
CREATE TRIGGER account_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_ledgeraccount
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are written once');
CREATE TRIGGER audit_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are written once');
CREATE TRIGGER answer_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_answer
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are written once');
CREATE TRIGGER evidence_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are written once');
CREATE TRIGGER hold_bucket_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_holdbucket
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are written once');

CREATE TRIGGER booking_never_removed BEFORE DELETE OR TRUNCATE ON exchange_booking
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are never removed');
CREATE TRIGGER hold_never_removed BEFORE DELETE OR TRUNCATE ON exchange_hold
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are never removed');
CREATE TRIGGER bucket_never_removed BEFORE DELETE OR TRUNCATE ON exchange_budgetbucket
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change('its rows are never removed');
