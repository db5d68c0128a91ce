-- Requests of administrators to link a person's account with one in another organisation (OG-82). The operator
-- answers them by a function; the server's role cannot change them.
CREATE TABLE link_requests (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    login_name text NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    is_linked boolean,
    why text NOT NULL DEFAULT '',
    answered_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, asked_by) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX link_requests_open ON link_requests (organisation_id, user_id, login_name)
    WHERE answered_at IS NULL;
CREATE INDEX link_requests_waiting ON link_requests (asked_at) WHERE answered_at IS NULL;
CREATE INDEX link_requests_user ON link_requests (organisation_id, user_id, asked_at DESC);
