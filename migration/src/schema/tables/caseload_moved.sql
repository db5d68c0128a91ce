-- The clients of a hand-over.
CREATE TABLE caseload_moved (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    move_id uuid NOT NULL,
    client_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, move_id, client_id),
    FOREIGN KEY (organisation_id, move_id) REFERENCES caseload_moves (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, client_id) REFERENCES clients (organisation_id, id) ON DELETE CASCADE
);
