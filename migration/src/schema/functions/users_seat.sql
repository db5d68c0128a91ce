-- Enforces the number of seats for every way to take one (S17): locks the organisation, then counts.
CREATE OR REPLACE FUNCTION users_seat() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    agreed int;
BEGIN
    SELECT seats INTO agreed FROM organisations WHERE id = NEW.organisation_id;
    IF agreed IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT seats INTO agreed FROM organisations WHERE id = NEW.organisation_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM users
            WHERE organisation_id = NEW.organisation_id AND archived_at IS NULL AND way_in <> 'none') > agreed THEN
        RAISE EXCEPTION 'organisations_seats: no seat is left'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organisations_seats';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER users_seat_new AFTER INSERT ON users FOR EACH ROW
    WHEN (NEW.way_in <> 'none' AND NEW.archived_at IS NULL) EXECUTE FUNCTION users_seat();
CREATE OR REPLACE TRIGGER users_seat_taken AFTER UPDATE OF way_in, archived_at ON users FOR EACH ROW
    WHEN (NEW.way_in <> 'none' AND NEW.archived_at IS NULL AND (OLD.way_in = 'none' OR OLD.archived_at IS NOT NULL))
    EXECUTE FUNCTION users_seat();
