-- Browsers that a person has signed in with, whose attempts are counted apart (ASVS 6.3.1).
CREATE TABLE known_browsers (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id, token_hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX known_browsers_age ON known_browsers (seen_at);
