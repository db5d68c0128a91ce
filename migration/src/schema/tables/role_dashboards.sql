-- The dashboards that a role brings to its holders (IZ-19).
CREATE TABLE role_dashboards (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    role_id uuid NOT NULL,
    dashboard_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, role_id, dashboard_id),
    FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, dashboard_id) REFERENCES dashboards (organisation_id, id)
);

CREATE INDEX role_dashboards_dashboard ON role_dashboards (organisation_id, dashboard_id);
