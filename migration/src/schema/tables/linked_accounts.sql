-- Accounts with the same person_id belong to the same person (S13, decision 0046). Each person has one account in an
-- organisation. Only functions reach this table.
CREATE TABLE linked_accounts (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    person_id uuid NOT NULL,
    is_trusted boolean NOT NULL DEFAULT true,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    CONSTRAINT linked_accounts_one_each UNIQUE (person_id, organisation_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);
