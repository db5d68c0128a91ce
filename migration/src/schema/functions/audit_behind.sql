-- The organisations that have events without a seal; only events since `late` before the newest sealed one are looked
-- at, as ids begin with their time.
CREATE OR REPLACE FUNCTION audit_behind(late interval) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id FROM organisations o
    LEFT JOIN LATERAL (SELECT s.event_id FROM audit_seals s
        WHERE s.organisation_id = o.id ORDER BY s.event_id DESC LIMIT 1) newest ON true
    WHERE EXISTS (
        SELECT FROM audit_events e WHERE e.organisation_id = o.id
            AND (newest.event_id IS NULL
                OR e.id > (lpad(to_hex(('x' || left(translate(newest.event_id::text, '-', ''), 12))::bit(48)::bigint
                    - (extract(epoch FROM late) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid)
            AND NOT EXISTS (SELECT FROM audit_seals s
                WHERE s.organisation_id = e.organisation_id AND s.event_id = e.id));
$$;

REVOKE EXECUTE ON FUNCTION audit_behind FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_behind TO usher_app;
