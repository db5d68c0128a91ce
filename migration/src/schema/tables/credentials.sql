-- Password hashes, apart from users so that no query of users reads them (decision 0049).
CREATE TABLE credentials (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    is_temporary boolean NOT NULL DEFAULT false,
    expires_at timestamptz,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX credentials_ending ON credentials (organisation_id, expires_at) WHERE is_temporary;
