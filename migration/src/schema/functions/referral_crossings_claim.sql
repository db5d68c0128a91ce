-- Claims due deliveries of all organisations. Deliveries of a referral keep their order: a later event waits until
-- the earlier ones are done.
CREATE OR REPLACE FUNCTION referral_crossings_claim(at timestamptz, lease interval, most int)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE referral_crossings c SET next_at = at + lease * power(2, least(c.attempts, 6)), attempts = c.attempts + 1
    FROM (SELECT d.organisation_id, d.id FROM referral_crossings d
          WHERE d.next_at <= at AND NOT EXISTS (SELECT FROM referral_crossings e
              WHERE e.organisation_id = d.organisation_id AND e.referral_id = d.referral_id AND e.number < d.number)
          ORDER BY d.next_at, d.number LIMIT most FOR UPDATE SKIP LOCKED) due
    WHERE c.organisation_id = due.organisation_id AND c.id = due.id
    RETURNING c.organisation_id, c.id;
$$;

REVOKE EXECUTE ON FUNCTION referral_crossings_claim FROM PUBLIC;
GRANT EXECUTE ON FUNCTION referral_crossings_claim TO usher_app;
