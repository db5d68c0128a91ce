-- Single-use links, found by the hash of their token (decision 0007). Only functions reach this table.
CREATE TABLE tokens (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('set_up', 'invitation', 'email_change')),
    organisation_id uuid,
    user_id uuid,
    data jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz NOT NULL
);

CREATE INDEX tokens_user ON tokens (organisation_id, user_id);
