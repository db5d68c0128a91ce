-- Who belongs to which team.
CREATE TABLE team_members (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, team_id, user_id),
    FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX team_members_user ON team_members (organisation_id, user_id);

GRANT SELECT (organisation_id, team_id, user_id) ON team_members TO usher_search;
CREATE POLICY search ON team_members FOR SELECT TO usher_search USING (true);
