-- A proposal consists of the accounts with the same proposal_id, which would all belong to one person (decision
-- 0047). Each account is in at most one, so that agreeing to one never links the account by another. Only functions
-- reach this table.
CREATE TABLE link_proposals (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    proposal_id uuid NOT NULL,
    agreed_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    CONSTRAINT link_proposals_one_each UNIQUE (proposal_id, organisation_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX link_proposals_age ON link_proposals (expires_at);
