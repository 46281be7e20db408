-- Parts that must make up their whole, looked at when a transaction ends.

-- A hold counts wholly under every cap, one firm's among them, and under the budgets by parts that sum to it;
-- likewise what is spent. All are of its year.
CREATE FUNCTION exchange_check_parts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    checked bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'exchange_hold' THEN 'id' ELSE 'hold_id' END);
    said record;
BEGIN
    SELECT h.amount_fen, h.used_fen,
            coalesce(sum(p.amount_fen) FILTER (WHERE b.kind = 'budget'), 0) AS budgets,
            sum(p.used_fen) FILTER (WHERE b.kind = 'budget') AS spent,
            count(*) FILTER (WHERE b.year <> h.year OR b.kind <> 'budget'
                AND (p.amount_fen <> h.amount_fen OR p.used_fen IS DISTINCT FROM h.used_fen)) AS unlike,
            count(*) FILTER (WHERE b.kind = 'firm') AS firms
        INTO said
        FROM exchange_hold h LEFT JOIN exchange_holdbucket p ON p.hold_id = h.id
            LEFT JOIN exchange_budgetbucket b ON b.id = p.bucket_id
        WHERE h.id = checked GROUP BY h.id;
    IF said.budgets <> said.amount_fen OR said.spent IS DISTINCT FROM said.used_fen OR said.unlike > 0 OR said.firms <> 1 THEN
        RAISE EXCEPTION 'hold % of % fen has parts of budgets of % fen, spent % of %, % unlike it, % of a firm',
            checked, said.amount_fen, said.budgets, said.spent, said.used_fen, said.unlike, said.firms
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hold_parts_agree AFTER INSERT OR UPDATE ON exchange_hold
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_check_parts();
CREATE CONSTRAINT TRIGGER hold_bucket_parts_agree AFTER INSERT OR UPDATE ON exchange_holdbucket
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_check_parts();

-- The lines of a quote are its price, and those that a voucher may pay for what is eligible of it.
CREATE FUNCTION exchange_check_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    checked bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'exchange_quote' THEN 'id' ELSE 'quote_id' END);
    said record;
BEGIN
    SELECT q.total_fen, q.eligible_fen, coalesce(sum(l.fen), 0) AS total,
            coalesce(sum(l.fen) FILTER (WHERE l.eligible), 0) AS eligible
        INTO said FROM exchange_quote q LEFT JOIN exchange_quoteline l ON l.quote_id = q.id
        WHERE q.id = checked GROUP BY q.id;
    IF said.total <> said.total_fen OR said.eligible <> said.eligible_fen THEN
        RAISE EXCEPTION 'quote % of % fen, % eligible, has lines of % fen, % eligible',
            checked, said.total_fen, said.eligible_fen, said.total, said.eligible
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER quote_lines_agree AFTER INSERT ON exchange_quote
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_check_lines();
CREATE CONSTRAINT TRIGGER quote_line_agrees AFTER INSERT ON exchange_quoteline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_check_lines();
