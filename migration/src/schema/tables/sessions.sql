-- Sessions, found by the hash of their token. The root is the account that signed in, from which a session was
-- switched; ending the root's sessions ends it, too (decision 0046). Only functions reach this table.
CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    root_organisation_id uuid,
    root_user_id uuid
);

CREATE INDEX sessions_user ON sessions (organisation_id, user_id);
CREATE INDEX sessions_root ON sessions (root_organisation_id, root_user_id) WHERE root_user_id IS NOT NULL;
