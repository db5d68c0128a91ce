-- Takes an account out of a person's linked ones, and ends the sessions that were switched to or from it. An
-- organisation can do so with its own accounts, on behalf of their holders, and the operator with any. A proposal
-- ends with it.
CREATE OR REPLACE FUNCTION account_unlink(one_in uuid, one uuid)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid;
BEGIN
    IF NOT operator_acts() AND one_in IS DISTINCT FROM acting_organisation() THEN
        RAISE insufficient_privilege;
    END IF;
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM linked_accounts l WHERE l.organisation_id = one_in AND l.user_id = one
        RETURNING l.person_id INTO person;
    RETURN QUERY SELECT one_in, one, l.organisation_id FROM linked_accounts l WHERE l.person_id = person
        UNION ALL SELECT l.organisation_id, l.user_id, one_in FROM linked_accounts l WHERE l.person_id = person;
    DELETE FROM linked_accounts l WHERE l.person_id = person
        AND NOT EXISTS (SELECT FROM linked_accounts o
            WHERE o.person_id = person AND o.organisation_id <> l.organisation_id);
    DELETE FROM sessions s WHERE (s.root_organisation_id, s.root_user_id) <> (s.organisation_id, s.user_id)
        AND ((s.organisation_id = one_in AND s.user_id = one)
            OR (s.root_organisation_id = one_in AND s.root_user_id = one));
    DELETE FROM link_proposals p WHERE p.proposal_id IN (
        SELECT m.proposal_id FROM link_proposals m WHERE m.organisation_id = one_in AND m.user_id = one);
END $$;

REVOKE EXECUTE ON FUNCTION account_unlink FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_unlink TO usher_app;
