-- What the role that serves may do. It owns nothing, so it can neither disable a trigger nor alter a table;
-- it removes only opening hours; it changes only the columns named here. (FOR UPDATE needs one such column.)

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO heban_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO heban_app;
GRANT EXECUTE ON FUNCTION exchange_actor(), exchange_audit_faults(), exchange_uscc_check_digit(text),
    exchange_audit_digest(exchange_auditevent), exchange_misfit(text, text),
    exchange_cleared(bigint, bigint, bigint) TO heban_app;

DO $$
DECLARE
    made text;
BEGIN
    -- All but the audit and the edges, which the database writes itself.
    FOR made IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'exchange\_%'
            AND tablename NOT IN ('exchange_auditevent', 'exchange_stateedge') LOOP
        EXECUTE format('GRANT INSERT ON %I TO heban_app', made);
    END LOOP;
END $$;

GRANT DELETE ON exchange_opening TO heban_app;

GRANT UPDATE (name, name_en, parent_id) ON exchange_jurisdiction TO heban_app;
GRANT UPDATE (name, name_en, address, kind, jurisdiction_id, blacklisted_until) ON exchange_organisation TO heban_app;
GRANT UPDATE (until) ON exchange_standing, exchange_tie, exchange_mandate, exchange_alliancemember,
    exchange_pricetier, exchange_training TO heban_app;
GRANT UPDATE (key) ON exchange_controlled TO heban_app;
GRANT UPDATE (name, email, language, active, password, last_login) ON exchange_person TO heban_app;
GRANT UPDATE (valid) ON exchange_membership TO heban_app;
GRANT UPDATE (revoked_at) ON exchange_token TO heban_app;
GRANT UPDATE (count) ON exchange_window TO heban_app;
GRANT UPDATE (second_id) ON exchange_relatedfinding TO heban_app;

GRANT UPDATE ON exchange_asset TO heban_app;
GRANT UPDATE (no) ON exchange_assetunit TO heban_app;
GRANT UPDATE (state, since, version, due, use_during, busy_during, order_id, price_fen, price_origin, fee_fen,
    fee_payer, started_at) ON exchange_booking TO heban_app;

GRANT UPDATE (state, since, version, due, valid_from, valid_to, terms, drafted_by_id, approved_by_id)
    ON exchange_ruleset TO heban_app;
GRANT UPDATE (state, since, version, due, last_day, controller) ON exchange_voucherquota TO heban_app;
GRANT UPDATE (state, since, version, due, asset_id, provider_id, service_class, use, title, wish,
    other_funding_fen, quote_id, accepted_on, accepted_by_itself) ON exchange_serviceorder TO heban_app;
GRANT UPDATE (state, since, version, due, waybill, lab_number, tested_by_id, verified_by_id, retain_until)
    ON exchange_sample TO heban_app;

GRANT UPDATE (limit_fen, held_fen, spent_fen) ON exchange_budgetbucket TO heban_app;
GRANT UPDATE (state, since, version, due, used_fen, payee_id) ON exchange_hold TO heban_app;
GRANT UPDATE (used_fen) ON exchange_holdbucket TO heban_app;
GRANT UPDATE (state, since, version, due, claimed_fen, approved_fen, related_check_id, published_on,
    published_until) ON exchange_redemption TO heban_app;
GRANT UPDATE (finding, found_by_id) ON exchange_objection TO heban_app;
GRANT UPDATE (state, since, version, due, digest) ON exchange_settlementbatch TO heban_app;
GRANT UPDATE (batch_id, disputed) ON exchange_settlementline TO heban_app;
GRANT UPDATE (county_by_id, region_by_id, paid_by_id) ON exchange_approval TO heban_app;

GRANT UPDATE (state, since, version, due, finding) ON exchange_case TO heban_app;
GRANT UPDATE (case_id) ON exchange_alarm TO heban_app;
GRANT UPDATE (closed_at) ON exchange_need TO heban_app;
GRANT UPDATE (title, field, proposed_at) ON exchange_jointprogramme TO heban_app;
GRANT UPDATE (pledged_fen) ON exchange_programmepartner TO heban_app;
GRANT UPDATE (sent_at, read_at) ON exchange_notice TO heban_app;
GRANT UPDATE (words) ON exchange_remark TO heban_app;
