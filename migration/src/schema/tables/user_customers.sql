-- The customers that a person works for (CP-14).
CREATE TABLE user_customers (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, user_id, customer_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
);

CREATE INDEX user_customers_customer ON user_customers (organisation_id, customer_id);
