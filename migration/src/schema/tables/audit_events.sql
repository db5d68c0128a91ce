-- The audit log: what happened, as ids and codes (decision 0018). actor is the person who acted, and through the
-- account that signed in if the session was switched. kind is a column of its own because ->> is not leakproof: under
-- row-level security no index on it would be used.
CREATE TABLE audit_events (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    request_id uuid NOT NULL,
    actor_id uuid,
    actor_organisation_id uuid,
    through_id uuid,
    through_organisation_id uuid,
    subject_id uuid,
    event jsonb NOT NULL,
    kind text GENERATED ALWAYS AS (event ->> 'kind') STORED,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX audit_events_subject ON audit_events (organisation_id, subject_id, id DESC);
CREATE INDEX audit_events_actor ON audit_events (organisation_id, actor_id, at DESC, id DESC);
CREATE INDEX audit_events_kind ON audit_events (organisation_id, kind, at) INCLUDE (actor_id, subject_id);
