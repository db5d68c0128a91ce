-- The hash chain over the audit rows, which makes tampering evident (ASVS 16.4.2). The server writes it once and
-- cannot change it.
CREATE TABLE audit_seals (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    position bigint NOT NULL CHECK (position > 0),
    event_id uuid NOT NULL,
    details bytea,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, position),
    CONSTRAINT audit_seals_event UNIQUE (organisation_id, event_id),
    FOREIGN KEY (organisation_id, event_id) REFERENCES audit_events (organisation_id, id)
);
