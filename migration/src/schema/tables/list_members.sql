-- Who is on which list (CS-11).
CREATE TABLE list_members (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    list_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, list_id, user_id),
    FOREIGN KEY (organisation_id, list_id) REFERENCES lists (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX list_members_user ON list_members (organisation_id, user_id);
