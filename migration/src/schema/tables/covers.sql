-- Team coverage: whose clients a person works with for a time (IZ-08, IZ-09). It ends by comparison with the time of
-- the request (decision 0016).
CREATE TABLE covers (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    team_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT covers_end CHECK (ends_at > starts_at),
    FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX covers_user ON covers (organisation_id, user_id, starts_at);
CREATE INDEX covers_team ON covers (organisation_id, team_id, starts_at);
CREATE INDEX covers_ending ON covers (organisation_id, ends_at) WHERE ends_at IS NOT NULL;
