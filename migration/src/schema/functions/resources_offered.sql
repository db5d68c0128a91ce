-- The resources that other organisations share, while they take referrals and are not suspended.
CREATE OR REPLACE FUNCTION resources_offered(patterns text[], wanted_of uuid, wanted uuid, most int)
RETURNS TABLE (
    id uuid, organisation_id uuid, organisation_name text, name text, description text, contact text, opening text,
    is_full boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.organisation_id, o.name, r.name, r.description, r.contact, r.opening,
        r.capacity IS NOT NULL AND r.capacity <= (SELECT count(*) FROM referrals t
            WHERE t.organisation_id = r.organisation_id AND t.resource_id = r.id AND t.status = 'accepted')
    FROM resources r JOIN organisations o ON o.id = r.organisation_id
    WHERE r.is_shared AND r.closed_at IS NULL AND o.takes_referrals AND o.suspended_at IS NULL
        AND r.organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
        AND r.search_text LIKE ALL (patterns)
        AND (wanted IS NULL OR (r.organisation_id = wanted_of AND r.id = wanted))
    ORDER BY r.name, r.id LIMIT most;
$$;

REVOKE EXECUTE ON FUNCTION resources_offered FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resources_offered TO usher_app;
