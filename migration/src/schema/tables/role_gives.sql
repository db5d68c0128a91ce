-- The roles that holders of a role can assign (decision 0004).
CREATE TABLE role_gives (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    role_id uuid NOT NULL,
    gives_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, role_id, gives_id),
    FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, gives_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE
);
