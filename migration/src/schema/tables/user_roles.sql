-- Who holds which role (IZ-13).
CREATE TABLE user_roles (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id, role_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id)
);

CREATE INDEX user_roles_role ON user_roles (organisation_id, role_id, user_id);
