-- Notices to the vendor: drafted by the system, sent by a person, and kept (IZ-20).
CREATE TABLE vendor_notices (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    why text NOT NULL CHECK (why IN ('daily', 'nearly_used')),
    day date NOT NULL,
    counted_from timestamptz NOT NULL,
    counted_to timestamptz NOT NULL,
    accounts int NOT NULL,
    used int NOT NULL,
    seats int,
    drafted_at timestamptz NOT NULL,
    sent_at timestamptz,
    sent_by uuid,
    sent_to text,
    mail_id uuid,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT vendor_notices_day UNIQUE (organisation_id, day, why),
    FOREIGN KEY (organisation_id, sent_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (sent_by),
    FOREIGN KEY (organisation_id, mail_id) REFERENCES outbox (organisation_id, id) ON DELETE SET NULL (mail_id)
);
