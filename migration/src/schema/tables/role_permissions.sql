-- What a role permits, and how far (decision 0003). The codes are in types/src/primitives/permission.rs.
CREATE TABLE role_permissions (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    role_id uuid NOT NULL,
    permission text NOT NULL,
    reach text NOT NULL CHECK (reach IN ('own', 'team', 'office', 'organisation')),
    PRIMARY KEY (organisation_id, role_id, permission),
    FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE
);
