-- Terms that somebody relies on: columns that no longer change once their row has come so far.

-- Arguments: the columns, and the states in which they may still change.
CREATE FUNCTION exchange_refuse_frozen() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    frozen text;
BEGIN
    IF OLD.state = ANY (string_to_array(TG_ARGV[1], ',')) THEN
        RETURN NEW;
    END IF;
    FOREACH frozen IN ARRAY string_to_array(TG_ARGV[0], ',') LOOP
        IF to_jsonb(OLD) -> frozen IS DISTINCT FROM to_jsonb(NEW) -> frozen THEN
            RAISE EXCEPTION '% % is %, and % no longer changes', TG_TABLE_NAME, OLD.id, OLD.state, frozen
                USING ERRCODE = '42501', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, COLUMN = frozen;
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER ruleset_frozen BEFORE UPDATE ON exchange_ruleset FOR EACH ROW
    EXECUTE FUNCTION exchange_refuse_frozen(
        'scheme_id,jurisdiction_id,valid_from,terms,drafted_by_id,approved_by_id', 'draft');
CREATE TRIGGER serviceorder_frozen BEFORE UPDATE ON exchange_serviceorder FOR EACH ROW
    EXECUTE FUNCTION exchange_refuse_frozen(
        'firm_id,provider_id,asset_id,service_class,use,title,other_funding_fen', 'draft,submitted');
CREATE TRIGGER serviceorder_quote_frozen BEFORE UPDATE ON exchange_serviceorder FOR EACH ROW
    EXECUTE FUNCTION exchange_refuse_frozen('quote_id', 'draft,submitted,quoted');
CREATE TRIGGER sample_frozen BEFORE UPDATE ON exchange_sample FOR EACH ROW
    EXECUTE FUNCTION exchange_refuse_frozen(
        'lab_number,tested_by_id,verified_by_id', 'registered,shipped,received,refused,in_test');
CREATE TRIGGER redemption_frozen BEFORE UPDATE ON exchange_redemption FOR EACH ROW
    EXECUTE FUNCTION exchange_refuse_frozen('hold_id,claimant_id,claimed_fen', 'draft,returned');
CREATE TRIGGER redemption_approved_frozen BEFORE UPDATE ON exchange_redemption FOR EACH ROW
    EXECUTE FUNCTION exchange_refuse_frozen('approved_fen', 'draft,submitted,returned,county_ok');
CREATE TRIGGER settlementbatch_frozen BEFORE UPDATE ON exchange_settlementbatch FOR EACH ROW
    EXECUTE FUNCTION exchange_refuse_frozen('name,begins,ends,digest', 'open,disputed');

-- What a second person approves is what the first one drafted, and an active one only ends, by closing.
CREATE TRIGGER ruleset_approved_as_drafted BEFORE UPDATE ON exchange_ruleset FOR EACH ROW
    WHEN (NEW.state = 'active' AND OLD.state = 'draft'
        AND (NEW.scheme_id, NEW.jurisdiction_id, NEW.valid_from, NEW.valid_to, NEW.terms, NEW.drafted_by_id)
            IS DISTINCT FROM
            (OLD.scheme_id, OLD.jurisdiction_id, OLD.valid_from, OLD.valid_to, OLD.terms, OLD.drafted_by_id))
    EXECUTE FUNCTION exchange_refuse_change('what is approved is what was drafted');
CREATE TRIGGER ruleset_ended_by_closing BEFORE UPDATE ON exchange_ruleset FOR EACH ROW
    WHEN (OLD.state = 'active' AND NEW.valid_to IS DISTINCT FROM OLD.valid_to AND NOT coalesce(
        NEW.state = 'closed' AND NEW.valid_to <= coalesce(OLD.valid_to, 'infinity'), false))
    EXECUTE FUNCTION exchange_refuse_change('rules in force only end, and by closing them');

-- What is said once in a row that is otherwise open.
CREATE TRIGGER holdbucket_spent_once BEFORE UPDATE ON exchange_holdbucket FOR EACH ROW
    WHEN (OLD.used_fen IS NOT NULL AND NEW.used_fen IS DISTINCT FROM OLD.used_fen)
    EXECUTE FUNCTION exchange_refuse_change('what was spent of a part stays');
CREATE TRIGGER relatedfinding_second_once BEFORE UPDATE ON exchange_relatedfinding FOR EACH ROW
    WHEN (OLD.second_id IS NOT NULL AND NEW.second_id IS DISTINCT FROM OLD.second_id)
    EXECUTE FUNCTION exchange_refuse_change('the second person has signed');
CREATE TRIGGER token_revoked_once BEFORE UPDATE ON exchange_token FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
    EXECUTE FUNCTION exchange_refuse_change('a token revoked stays so');
