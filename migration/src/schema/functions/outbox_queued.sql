-- Wakes the workers of all servers once a transaction that queued a mail has committed. The notification has no
-- payload, because it reaches all of them.
CREATE OR REPLACE FUNCTION outbox_queued() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('usher_outbox', '');
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER outbox_queued AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_queued();
