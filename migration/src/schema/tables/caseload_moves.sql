-- Hand-overs of a caseload, kept while they can be undone and then swept (OG-79). The audit log is the lasting
-- record.
CREATE TABLE caseload_moves (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    from_id uuid NOT NULL,
    to_id uuid,
    moved_by uuid,
    moved_at timestamptz NOT NULL,
    clients int NOT NULL,
    returned_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, from_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, to_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, moved_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (moved_by)
);

CREATE INDEX caseload_moves_from ON caseload_moves (organisation_id, from_id, moved_at DESC);
CREATE INDEX caseload_moves_age ON caseload_moves (moved_at);
