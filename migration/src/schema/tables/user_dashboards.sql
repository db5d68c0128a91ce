-- The dashboards assigned to a person, besides those that their roles bring (IZ-19).
CREATE TABLE user_dashboards (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id uuid NOT NULL,
    dashboard_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, user_id, dashboard_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, dashboard_id) REFERENCES dashboards (organisation_id, id)
);

CREATE INDEX user_dashboards_dashboard ON user_dashboards (organisation_id, dashboard_id);
