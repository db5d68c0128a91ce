-- Events of a referral that wait to be delivered to the other organisation, deleted when they are. resource_id
-- belongs to the other organisation, so it cannot be a foreign key.
CREATE TABLE referral_crossings (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    number int NOT NULL,
    resource_id uuid,
    attempts int NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT referral_crossings_order UNIQUE (organisation_id, referral_id, number),
    FOREIGN KEY (organisation_id, referral_id) REFERENCES referrals (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, id) REFERENCES referral_events (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX referral_crossings_due ON referral_crossings (next_at);
