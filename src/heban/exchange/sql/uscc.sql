-- The check digit of a 统一社会信用代码: 31 − (Σ value·3^(place−1) mod 31), 0 for 31. Source: GB 32100-2015.

CREATE FUNCTION exchange_uscc_check_digit(code text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    SELECT substr(signs, (31 - (sum(
            (strpos(signs, substr(code, place, 1)) - 1) * (power(3::numeric, place - 1) % 31)
        ) % 31)::int) % 31 + 1, 1)
    FROM generate_series(1, 17) place, (VALUES ('0123456789ABCDEFGHJKLMNPQRTUWXY')) known (signs)
    GROUP BY signs
$$;

ALTER TABLE exchange_organisation ADD CONSTRAINT organisation_uscc_check_digit
    CHECK (right(uscc, 1) = exchange_uscc_check_digit(uscc));
