-- Who a session's token belongs to, and all that decides what they may do: read in one statement, for every request.
-- NULL where the session is over, the person archived or the organisation suspended.
CREATE OR REPLACE FUNCTION session_authenticate(hash bytea, at timestamptz, idle interval) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    session sessions;
    answer jsonb;
BEGIN
    SELECT * INTO session FROM sessions WHERE token_hash = hash AND ends_at > at AND seen_at > at - idle;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT jsonb_build_object(
        'organisation', u.organisation_id, 'user', u.id, 'first_name', u.first_name, 'last_name', u.last_name,
        'login_name', u.login_name, 'language', u.language, 'theme', u.theme, 'office', u.office_id,
        'organisation_name', o.name, 'is_operator', o.is_operator, 'login_name_format', o.login_name_format,
        'organisation_language', o.language, 'languages', o.languages, 'time_zone', o.time_zone,
        'support_contact', o.support_contact,
        'must_change_password', coalesce(c.is_temporary, false),
        'teams', coalesce((SELECT jsonb_agg(t.team_id) FROM team_members t
            WHERE t.organisation_id = u.organisation_id AND t.user_id = u.id), '[]'),
        'covered', coalesce((SELECT jsonb_agg(DISTINCT v.team_id) FROM covers v
            WHERE v.organisation_id = u.organisation_id AND v.user_id = u.id AND v.starts_at <= at
                AND (v.ends_at IS NULL OR v.ends_at > at)), '[]'),
        'grants', coalesce((SELECT jsonb_agg(DISTINCT jsonb_build_array(p.permission, p.reach)) FROM user_roles r
            JOIN role_permissions p USING (organisation_id, role_id)
            WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id), '[]'),
        'gives', coalesce((SELECT jsonb_agg(DISTINCT g.gives_id) FROM user_roles r
            JOIN role_gives g USING (organisation_id, role_id)
            WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id), '[]'),
        'manages', coalesce((SELECT jsonb_agg(DISTINCT m.manages_id) FROM user_roles r
            JOIN role_manages m USING (organisation_id, role_id)
            WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id), '[]'))
    INTO answer
    FROM users u JOIN organisations o ON o.id = u.organisation_id
        LEFT JOIN credentials c ON c.organisation_id = u.organisation_id AND c.user_id = u.id
    WHERE u.organisation_id = session.organisation_id AND u.id = session.user_id
        AND u.archived_at IS NULL AND o.suspended_at IS NULL;
    IF answer IS NOT NULL AND session.seen_at < at - interval '1 minute' THEN
        UPDATE sessions SET seen_at = at WHERE token_hash = hash;
        UPDATE users SET last_active_at = at WHERE organisation_id = session.organisation_id AND id = session.user_id;
    END IF;
    RETURN answer;
END $$;

REVOKE EXECUTE ON FUNCTION session_authenticate FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_authenticate TO usher_app;
