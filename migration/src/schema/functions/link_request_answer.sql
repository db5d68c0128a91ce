-- Answers a request for a link, for the operator alone, and queues the mail to the requester.
CREATE OR REPLACE FUNCTION link_request_answer(request uuid, linked boolean, because text, at timestamptz, letter uuid)
RETURNS TABLE (organisation_id uuid, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked link_requests;
BEGIN
    IF NOT operator_acts() THEN
        RAISE insufficient_privilege;
    END IF;
    UPDATE link_requests r SET is_linked = linked, why = because, answered_at = at WHERE r.id = request AND r.answered_at IS NULL
        RETURNING r.* INTO asked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO outbox (organisation_id, id, user_id, mail, next_at, created_at)
        SELECT asked.organisation_id, letter, u.id, jsonb_build_object('kind', 'link_answered', 'user', asked.user_id, 'linked', linked), at, at
        FROM users u WHERE u.organisation_id = asked.organisation_id AND u.id = asked.asked_by AND u.email IS NOT NULL AND u.archived_at IS NULL;
    RETURN QUERY SELECT asked.organisation_id, asked.user_id;
END $$;

REVOKE EXECUTE ON FUNCTION link_request_answer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_request_answer TO usher_app;
