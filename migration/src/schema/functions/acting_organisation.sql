-- The organisation of the transaction.
CREATE OR REPLACE FUNCTION acting_organisation() RETURNS uuid
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT nullif(current_setting('app.organisation', true), '')::uuid;
$$;

REVOKE EXECUTE ON FUNCTION acting_organisation FROM PUBLIC;
