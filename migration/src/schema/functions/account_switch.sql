-- The account in an organisation that a session can be switched to, and whether it can be switched now. Both people
-- are locked: archiving or resetting one of them waits, and then finds the new session.
CREATE OR REPLACE FUNCTION account_switch(hash bytea, organisation uuid, at timestamptz)
RETURNS TABLE (user_id uuid, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here linked_accounts;
    there linked_accounts;
BEGIN
    SELECT l.* INTO here FROM sessions s
        JOIN linked_accounts l ON (l.organisation_id, l.user_id) = (s.organisation_id, s.user_id)
        WHERE s.token_hash = hash AND s.ends_at > at FOR SHARE OF l;
    SELECT l.* INTO there FROM linked_accounts l
        WHERE l.person_id = here.person_id
            AND l.organisation_id = organisation AND l.organisation_id <> here.organisation_id FOR SHARE;
    IF there IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM users u
        WHERE (u.organisation_id, u.id)
            IN ((here.organisation_id, here.user_id), (there.organisation_id, there.user_id))
        ORDER BY u.organisation_id, u.id FOR NO KEY UPDATE;
    user_id := there.user_id;
    state := CASE
        WHEN NOT (SELECT l.is_trusted FROM linked_accounts l
            WHERE (l.organisation_id, l.user_id) = (here.organisation_id, here.user_id)) THEN 'reset'
        WHEN account_state(here.organisation_id, here.user_id) <> 'ready' THEN 'reset'
        ELSE account_state(there.organisation_id, there.user_id) END;
    RETURN NEXT;
END $$;

REVOKE EXECUTE ON FUNCTION account_switch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_switch TO usher_app;
