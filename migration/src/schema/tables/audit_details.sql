-- Personal values before and after a change, apart from the events so that they can be erased (decision 0018).
CREATE TABLE audit_details (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    event_id uuid NOT NULL,
    changes jsonb NOT NULL,
    PRIMARY KEY (organisation_id, event_id),
    FOREIGN KEY (organisation_id, event_id) REFERENCES audit_events (organisation_id, id)
);
