-- Deletes at most `most` expired rows of each kind (ASVS 14.2.7). Returns the largest number of rows of a kind, so
-- that the caller knows whether more are left.
CREATE OR REPLACE FUNCTION sweep(at timestamptz, idle interval, most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (DELETE FROM sessions WHERE token_hash IN (
            SELECT token_hash FROM sessions WHERE ends_at <= at OR seen_at <= at - idle
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        dead AS (DELETE FROM tokens WHERE token_hash IN (
            SELECT token_hash FROM tokens WHERE expires_at <= at LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        forgotten AS (DELETE FROM throttles WHERE key IN (
            SELECT key FROM throttles WHERE since < at - interval '1 day'
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        stale AS (DELETE FROM drafts WHERE id IN (
            SELECT id FROM drafts WHERE created_at <= at - interval '24 hours'
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        settled AS (DELETE FROM caseload_moves WHERE (organisation_id, id) IN (
            SELECT organisation_id, id FROM caseload_moves WHERE moved_at <= at - interval '24 hours'
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        unanswered AS (DELETE FROM link_proposals WHERE (organisation_id, user_id) IN (
            SELECT organisation_id, user_id FROM link_proposals WHERE expires_at <= at
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        unused AS (DELETE FROM known_browsers WHERE (organisation_id, user_id, token_hash) IN (
            SELECT organisation_id, user_id, token_hash FROM known_browsers WHERE seen_at <= at - interval '90 days'
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1)
    SELECT greatest((SELECT count(*) FROM ended), (SELECT count(*) FROM dead), (SELECT count(*) FROM forgotten),
        (SELECT count(*) FROM stale), (SELECT count(*) FROM settled), (SELECT count(*) FROM unanswered),
        (SELECT count(*) FROM unused));
$$;

REVOKE EXECUTE ON FUNCTION sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sweep TO usher_app;
