-- Events that a person can repeat at will, counted beyond a bound and then written as one row of the audit log.
-- through_id is the account that signed in; the nil id stands for the person's own account.
CREATE TABLE repeated_events (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id uuid NOT NULL,
    kind text NOT NULL,
    through_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    through_organisation_id uuid,
    since timestamptz NOT NULL,
    counted int NOT NULL,
    PRIMARY KEY (organisation_id, user_id, kind, through_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX repeated_events_age ON repeated_events (since);
