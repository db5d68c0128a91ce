-- The requests for links that wait for an answer, the oldest first, with the account and the one of the requester; for
-- the operator alone.
CREATE OR REPLACE FUNCTION link_requests_waiting(most int)
RETURNS TABLE (
    id uuid, other_login text, reason text, asked_at timestamptz,
    organisation_id uuid, organisation_name text, user_id uuid, login_name text, name text, state text,
    asker_organisation_id uuid, asker_organisation_name text, asker_user_id uuid, asker_login_name text,
    asker_name text, asker_state text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.login_name, r.reason, r.asked_at, a.*, b.* FROM link_requests r
        CROSS JOIN LATERAL account_shown(r.organisation_id, r.user_id) a
        CROSS JOIN LATERAL account_shown(r.organisation_id, r.asked_by) b
    WHERE operator_acts() AND r.answered_at IS NULL ORDER BY r.asked_at, r.id LIMIT most;
$$;

REVOKE EXECUTE ON FUNCTION link_requests_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_requests_waiting TO usher_app;
