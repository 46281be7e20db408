-- Rows that are written once, and rows that are never removed.
-- Triggers of the statement, so that TRUNCATE and changes of no row are refused alike.

CREATE FUNCTION exchange_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', lower(TG_OP), TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = '42501', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'ledgerentry', 'ledgerleg', 'ledgeraccount', 'auditevent', 'answer', 'evidence', 'consent',
        'firmyear', 'relatedcheck', 'quote', 'quoteline', 'contract', 'custody', 'paper', 'rating', 'usage',
        'bankpaper', 'payout', 'recovery', 'settlementpayment', 'auditdraw', 'dailyhead'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER %1$s_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_%1$s
                FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change(%2$L)',
            name, 'its rows are written once');
    END LOOP;
    FOREACH name IN ARRAY ARRAY[
        'asset', 'booking', 'ruleset', 'voucherquota', 'serviceorder', 'sample', 'budgetbucket', 'hold',
        'holdbucket', 'redemption', 'objection', 'settlementbatch', 'settlementline', 'case', 'caseparty',
        'casesubject', 'alarm', 'approval', 'relatedfinding', 'organisation', 'person', 'membership', 'need'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER %1$s_never_removed BEFORE DELETE OR TRUNCATE ON exchange_%1$s
                FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change(%2$L)',
            name, 'its rows are never removed');
    END LOOP;
END $$;
