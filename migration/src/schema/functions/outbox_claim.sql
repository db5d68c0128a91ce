-- Claims due mails of all organisations, for the time of a lease.
CREATE OR REPLACE FUNCTION outbox_claim(at timestamptz, lease interval, most int)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE outbox o SET next_at = at + lease, attempts = attempts + 1
    FROM (SELECT d.organisation_id, d.id FROM outbox d WHERE d.state = 'waiting' AND d.next_at <= at
          ORDER BY d.next_at LIMIT most FOR UPDATE SKIP LOCKED) due
    WHERE o.organisation_id = due.organisation_id AND o.id = due.id
    RETURNING o.organisation_id, o.id;
$$;

REVOKE EXECUTE ON FUNCTION outbox_claim FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_claim TO usher_app;
