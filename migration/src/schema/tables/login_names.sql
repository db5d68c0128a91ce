-- Login names, unique in the whole system (S1, decision 0022). key is the name in the form in which names are
-- compared.
CREATE TABLE login_names (
    key text CONSTRAINT login_name_key PRIMARY KEY,
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX login_names_user ON login_names (organisation_id, user_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON login_names TO usher_app;
