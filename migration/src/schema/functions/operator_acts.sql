-- Whether the transaction acts for the operator: functions for the operator alone check it themselves.
CREATE OR REPLACE FUNCTION operator_acts() RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM organisations WHERE id = acting_organisation() AND is_operator);
$$;

REVOKE EXECUTE ON FUNCTION operator_acts FROM PUBLIC;
