-- Whether signing in to an account of this organisation proves who the person is in the linked ones; NULL for one
-- that is not linked.
CREATE OR REPLACE FUNCTION account_trusted(person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT is_trusted FROM linked_accounts WHERE organisation_id = acting_organisation() AND user_id = person;
$$;

REVOKE EXECUTE ON FUNCTION account_trusted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_trusted TO usher_app;
