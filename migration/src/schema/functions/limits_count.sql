-- Adds one to the counter of each key in turn, and stops at the first limit that is exceeded; returns its position
-- and the seconds until its period ends. A key's period starts with its first count. The commit is asynchronous:
-- losing the last half second of a counter in a crash costs nothing, and concurrent requests of a caller wait for
-- each other only during the statement.
CREATE OR REPLACE FUNCTION limits_count(keys text[], most int[], seconds int[], at timestamptz)
RETURNS TABLE (place int, wait int)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    counted int;
    until timestamptz;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR i IN 1 .. cardinality(keys) LOOP
        INSERT INTO throttles AS t (key, failures, since) VALUES (keys[i], 1, at)
        ON CONFLICT (key) DO UPDATE SET
            failures = CASE WHEN t.since <= at - make_interval(secs => seconds[i]) THEN 1
                ELSE least(t.failures, most[i]) + 1 END,
            since = CASE WHEN t.since <= at - make_interval(secs => seconds[i]) THEN at ELSE t.since END
        RETURNING failures, since + make_interval(secs => seconds[i]) INTO counted, until;
        IF counted > most[i] THEN
            place := i;
            wait := greatest(1, ceil(extract(epoch FROM until - at))::int);
            RETURN NEXT;
            RETURN;
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION limits_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION limits_count TO usher_app;
