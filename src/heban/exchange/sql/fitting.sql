-- Rows that name other rows: a key must lead to the right one, not only to one.

CREATE FUNCTION exchange_misfit(guard text, said text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', said USING ERRCODE = '23514', CONSTRAINT = guard;
END $$;

-- A firm takes a quote of its own order.
CREATE FUNCTION exchange_fit_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.quote_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM exchange_quote WHERE id = NEW.quote_id AND order_id = NEW.id) THEN
        PERFORM exchange_misfit(TG_NAME, format('quote %s is not of order %s', NEW.quote_id, NEW.id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER serviceorder_fits AFTER INSERT OR UPDATE ON exchange_serviceorder
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_order();

-- Whether a check clears two parties: it is of these two, and found nothing; or it found soft grounds only,
-- and two persons have found in writing that they do not count. What is not said to be soft is hard.
CREATE FUNCTION exchange_cleared(check_id bigint, one bigint, other bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM exchange_relatedcheck c
        WHERE c.id = check_id AND (c.a_id, c.b_id) IN ((one, other), (other, one)) AND (
            c.hits = '[]' OR NOT c.hits @? '$[*] ? (!(@.hard == false))' AND EXISTS (
                SELECT FROM exchange_relatedfinding f
                WHERE (f.a_id, f.b_id) IN ((one, other), (other, one)) AND f.second_id IS NOT NULL
                    AND f.until > c.day)))
$$;

-- A hold is for the firm of its order, under that firm's quota and its scheme, after a check of both parties.
CREATE FUNCTION exchange_fit_hold() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    named record;
BEGIN
    SELECT o.firm_id, o.provider_id, q.organisation_id AS granted_to, q.scheme_id AS granted_of, r.scheme_id
        INTO named FROM exchange_serviceorder o, exchange_voucherquota q, exchange_ruleset r
        WHERE o.id = NEW.order_id AND q.id = NEW.quota_id AND r.id = NEW.rule_set_id;
    IF named.granted_to <> named.firm_id OR named.granted_of <> named.scheme_id
        OR NEW.payee_id NOT IN (named.firm_id, named.provider_id) THEN
        PERFORM exchange_misfit(TG_NAME, format('hold %s: quota %s, rules %s and payee %s are not of order %s',
            NEW.id, NEW.quota_id, NEW.rule_set_id, NEW.payee_id, NEW.order_id));
    ELSIF TG_OP = 'INSERT'
        AND NOT exchange_cleared(NEW.related_check_id, named.firm_id, named.provider_id) THEN
        PERFORM exchange_misfit(TG_NAME, format('hold %s: check %s does not clear the parties of order %s',
            NEW.id, NEW.related_check_id, NEW.order_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hold_fits AFTER INSERT OR UPDATE ON exchange_hold
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_hold();

-- A claim is one party's, for no more than was held, and a check that it names clears both.
CREATE FUNCTION exchange_fit_redemption() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    named record;
BEGIN
    SELECT o.firm_id, o.provider_id, h.amount_fen INTO named
        FROM exchange_hold h JOIN exchange_serviceorder o ON o.id = h.order_id WHERE h.id = NEW.hold_id;
    IF NEW.claimant_id NOT IN (named.firm_id, named.provider_id) OR NEW.claimed_fen > named.amount_fen THEN
        PERFORM exchange_misfit(TG_NAME, format('redemption %s: claimant %s and %s fen are not of hold %s',
            NEW.id, NEW.claimant_id, NEW.claimed_fen, NEW.hold_id));
    ELSIF NEW.related_check_id IS NOT NULL
        AND NOT exchange_cleared(NEW.related_check_id, named.firm_id, named.provider_id) THEN
        PERFORM exchange_misfit(TG_NAME, format('redemption %s: check %s does not clear the parties of hold %s',
            NEW.id, NEW.related_check_id, NEW.hold_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER redemption_fits AFTER INSERT OR UPDATE ON exchange_redemption
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_redemption();

-- A bank's paper serves once, whatever it is for, and what it pays is what it says. The lock makes two that
-- would use it at once wait for each other; it runs as the owner because the role that serves may not lock it.
CREATE FUNCTION exchange_fit_paper() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    paid bigint := to_jsonb(NEW) ->> 'fen';
    said bigint;
BEGIN
    SELECT fen INTO said FROM exchange_bankpaper WHERE id = NEW.paper_id FOR NO KEY UPDATE;
    IF paid <> said THEN
        PERFORM exchange_misfit(TG_NAME, format('paper %s is of %s fen, not of %s', NEW.paper_id, said, paid));
    ELSIF TG_TABLE_NAME <> 'exchange_payout'
            AND EXISTS (SELECT FROM exchange_payout WHERE paper_id = NEW.paper_id)
        OR TG_TABLE_NAME <> 'exchange_recovery'
            AND EXISTS (SELECT FROM exchange_recovery WHERE paper_id = NEW.paper_id)
        OR TG_TABLE_NAME <> 'exchange_settlementpayment'
            AND EXISTS (SELECT FROM exchange_settlementpayment WHERE paper_id = NEW.paper_id) THEN
        PERFORM exchange_misfit(TG_NAME, format('paper %s serves already', NEW.paper_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_paper_fits BEFORE INSERT ON exchange_payout
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_paper();
CREATE TRIGGER recovery_paper_fits BEFORE INSERT ON exchange_recovery
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_paper();
CREATE TRIGGER settlementpayment_paper_fits BEFORE INSERT ON exchange_settlementpayment
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_paper();

-- Each jurisdiction pays of a redemption exactly what was spent of its budget.
CREATE FUNCTION exchange_fit_payout() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM exchange_redemption r JOIN exchange_holdbucket p ON p.hold_id = r.hold_id
            JOIN exchange_budgetbucket b ON b.id = p.bucket_id
        WHERE r.id = NEW.redemption_id AND b.jurisdiction_id = NEW.payer_id AND p.used_fen = NEW.fen) THEN
        PERFORM exchange_misfit(TG_NAME, format('jurisdiction %s has not to pay %s fen of redemption %s',
            NEW.payer_id, NEW.fen, NEW.redemption_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_fits AFTER INSERT ON exchange_payout
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_payout();

-- A line is what its payout says: the payer owes to whoever paid first.
CREATE FUNCTION exchange_fit_debt() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM exchange_payout WHERE id = NEW.payout_id
            AND (payer_id, advanced_by_id, fen) = (NEW.debtor_id, NEW.creditor_id, NEW.fen)) THEN
        PERFORM exchange_misfit(TG_NAME, format('jurisdiction %s does not owe %s fen of payout %s to %s',
            NEW.debtor_id, NEW.fen, NEW.payout_id, NEW.creditor_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER settlementline_owed AFTER INSERT ON exchange_settlementline
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_debt();

-- Lines join an open batch, leave one that is open or disputed, and rest once it is confirmed.
CREATE FUNCTION exchange_fit_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    left_batch bigint := CASE WHEN TG_OP = 'UPDATE' THEN OLD.batch_id END;
    left_state text;
    joined_state text;
BEGIN
    SELECT state INTO left_state FROM exchange_settlementbatch WHERE id = left_batch FOR SHARE;
    SELECT state INTO joined_state FROM exchange_settlementbatch WHERE id = NEW.batch_id FOR SHARE;
    IF left_state IN ('confirmed', 'settled') OR NEW.batch_id IS DISTINCT FROM left_batch
        AND (left_state NOT IN ('open', 'disputed') OR joined_state <> 'open') THEN
        PERFORM exchange_misfit(TG_NAME, format('line %s: batch %s is %s, batch %s is %s',
            NEW.id, left_batch, left_state, NEW.batch_id, joined_state));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER settlementline_fits BEFORE INSERT OR UPDATE ON exchange_settlementline
    FOR EACH ROW EXECUTE FUNCTION exchange_fit_line();
