-- The requests for links that wait for an answer, the oldest first; for the operator alone.
CREATE OR REPLACE FUNCTION link_requests_waiting(most int)
RETURNS TABLE (id uuid, account jsonb, asker jsonb, login_name text, reason text, asked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, account_shown(r.organisation_id, r.user_id), account_shown(r.organisation_id, r.asked_by), r.login_name, r.reason, r.asked_at
    FROM link_requests r WHERE operator_acts() AND r.answered_at IS NULL ORDER BY r.asked_at, r.id LIMIT most;
$$;

REVOKE EXECUTE ON FUNCTION link_requests_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_requests_waiting TO usher_app;
