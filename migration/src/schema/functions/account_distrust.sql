-- An administrator set the sign-in of an account, so that signing in no longer proves who the person is (decision
-- 0048): no session is switched from it, and its proposal ends.
CREATE OR REPLACE FUNCTION account_distrust(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE linked_accounts SET is_trusted = false WHERE organisation_id = acting_organisation() AND user_id = person;
    DELETE FROM link_proposals WHERE proposal_id IN (SELECT p.proposal_id FROM link_proposals p
        WHERE p.organisation_id = acting_organisation() AND p.user_id = person);
$$;

REVOKE EXECUTE ON FUNCTION account_distrust FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_distrust TO usher_app;
