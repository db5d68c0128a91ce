-- Starts a session, which may replace another one: then it ends no later than that one, and has its root. Returns
-- whether it started; it does not where the replaced session is over. A person has at most `most` sessions; the least
-- recently used ones end. The update of the person's row makes two sessions that start at the same time be counted
-- one after the other.
CREATE OR REPLACE FUNCTION session_start(
    hash bytea, organisation uuid, person uuid, at timestamptz, until timestamptz, replaces bytea, most int
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    begun boolean;
BEGIN
    IF EXISTS (SELECT FROM organisations WHERE id = organisation AND suspended_at IS NOT NULL) THEN
        RAISE EXCEPTION 'organisations_suspended: nobody signs in'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organisations_suspended';
    END IF;
    UPDATE users SET last_active_at = at WHERE organisation_id = organisation AND id = person;
    WITH replaced AS (DELETE FROM sessions WHERE token_hash = replaces AND ends_at > at RETURNING *)
    INSERT INTO sessions SELECT hash, organisation, person, at, at, least(until, r.ends_at),
            coalesce(r.root_organisation_id, r.organisation_id), coalesce(r.root_user_id, r.user_id)
        FROM (SELECT) AS one LEFT JOIN replaced r ON true WHERE replaces IS NULL OR r.token_hash IS NOT NULL;
    begun := FOUND;
    DELETE FROM sessions WHERE token_hash IN (SELECT s.token_hash FROM sessions s
        WHERE s.organisation_id = organisation AND s.user_id = person AND s.token_hash <> hash
        ORDER BY s.seen_at DESC, s.created_at DESC OFFSET most - 1);
    RETURN begun;
END $$;

REVOKE EXECUTE ON FUNCTION session_start FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_start TO usher_app;
