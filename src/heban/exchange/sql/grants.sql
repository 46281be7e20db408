-- What the role that serves may do. It owns nothing, so it can neither disable a trigger nor alter a table;
-- it removes nothing; it changes only the columns named here. (FOR UPDATE needs one such column.)

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO heban_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO heban_app;
GRANT EXECUTE ON FUNCTION exchange_actor(), exchange_audit_faults(), exchange_uscc_check_digit(text),
    exchange_audit_digest(exchange_auditevent) TO heban_app;

GRANT INSERT ON
    exchange_jurisdiction, exchange_organisation, exchange_person, exchange_membership,
    exchange_asset, exchange_assetunit, exchange_booking,
    exchange_budgetbucket, exchange_hold, exchange_holdbucket,
    exchange_ledgeraccount, exchange_ledgerentry, exchange_ledgerleg,
    exchange_approval, exchange_evidence, exchange_answer
    TO heban_app;

GRANT UPDATE (name, parent_id) ON exchange_jurisdiction TO heban_app;
GRANT UPDATE (name, kind, jurisdiction_id, blacklisted_until) ON exchange_organisation TO heban_app;
GRANT UPDATE (name, email) ON exchange_person TO heban_app;
GRANT UPDATE (valid) ON exchange_membership TO heban_app;
GRANT UPDATE (kind, name, owner_id, jurisdiction_id, value_fen) ON exchange_asset TO heban_app;
GRANT UPDATE (no) ON exchange_assetunit TO heban_app;
GRANT UPDATE (state, since, version, use_during, busy_during, held_until) ON exchange_booking TO heban_app;
GRANT UPDATE (limit_fen, held_fen, spent_fen) ON exchange_budgetbucket TO heban_app;
GRANT UPDATE (state, since, version, used_fen, payee_id) ON exchange_hold TO heban_app;
GRANT UPDATE (county_by_id, region_by_id, paid_by_id) ON exchange_approval TO heban_app;
