-- Answers a request for a link, for the operator alone. Returns whose account it was about, and who asked.
CREATE OR REPLACE FUNCTION link_request_answer(request uuid, linked boolean, because text, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, asked_by uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT operator_acts() THEN
        RAISE insufficient_privilege;
    END IF;
    RETURN QUERY UPDATE link_requests r SET is_linked = linked, why = because, answered_at = at
        WHERE r.id = request AND r.answered_at IS NULL RETURNING r.organisation_id, r.user_id, r.asked_by;
END $$;

REVOKE EXECUTE ON FUNCTION link_request_answer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_request_answer TO usher_app;
