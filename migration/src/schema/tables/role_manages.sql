-- The roles whose holders the holders of a role can manage: only roles that they can assign (decision 0004).
CREATE TABLE role_manages (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    role_id uuid NOT NULL,
    manages_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, role_id, manages_id),
    FOREIGN KEY (organisation_id, role_id, manages_id) REFERENCES role_gives (organisation_id, role_id, gives_id)
        ON DELETE CASCADE
);
