-- Assistants of a client, and people who were given access to the client (SV-03).
CREATE TABLE client_links (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    client_id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('assistant', 'access')),
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, client_id, user_id, kind),
    FOREIGN KEY (organisation_id, client_id) REFERENCES clients (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX client_links_user ON client_links (organisation_id, user_id, kind);

GRANT SELECT (organisation_id, client_id, user_id) ON client_links TO usher_search;
CREATE POLICY search ON client_links FOR SELECT TO usher_search USING (true);
