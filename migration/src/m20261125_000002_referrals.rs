//! Customers and their contracts; resources; referrals to resources and to other organisations.

use sea_orm_migration::prelude::*;

use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (name, key, columns) in TABLES {
            db.execute_unprepared(&table(name, key, columns, Allowed::All))
                .await?;
        }
        db.execute_unprepared(CHANGES).await?;
        Ok(())
    }
}

/// Each organisation has its own row of a referral. A referral to another organisation is a row of
/// each, with the same id; the receiver's row contains what was delivered. Only the sender's row
/// has a `client_id`.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "customers",
        "id",
        "id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key text NOT NULL,
        form_key uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT customers_form_key UNIQUE (organisation_id, form_key)",
    ),
    (
        "contracts",
        "id",
        "id uuid NOT NULL,
        customer_id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key text NOT NULL,
        config text NOT NULL CHECK (length(config) BETWEEN 1 AND 200),
        form_key uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT contracts_form_key UNIQUE (organisation_id, form_key),
        FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)",
    ),
    (
        "user_customers",
        "user_id, customer_id",
        "user_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)",
    ),
    (
        "resources",
        "id",
        "id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key text NOT NULL,
        description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
        capacity int CHECK (capacity >= 0),
        contact text NOT NULL DEFAULT '' CHECK (length(contact) <= 254),
        opening text NOT NULL DEFAULT '' CHECK (length(opening) <= 200),
        is_shared boolean NOT NULL DEFAULT false,
        search_text text NOT NULL,
        form_key uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        created_by uuid,
        closed_at timestamptz,
        CONSTRAINT resources_form_key UNIQUE (organisation_id, form_key),
        FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (created_by)",
    ),
    (
        "referrals",
        "id",
        "id uuid NOT NULL,
        direction text NOT NULL CHECK (direction IN ('internal', 'sent', 'received')),
        status text NOT NULL CHECK (status IN ('sent', 'asked', 'accepted', 'declined', 'withdrawn', 'ended')),
        client_id uuid,
        client_name text NOT NULL CHECK (length(client_name) <= 401),
        client_contact text NOT NULL DEFAULT '' CHECK (length(client_contact) <= 300),
        reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
        resource_id uuid,
        resource_name text NOT NULL DEFAULT '',
        other_id uuid REFERENCES organisations (id),
        other_name text NOT NULL DEFAULT '',
        created_by uuid,
        created_at timestamptz NOT NULL,
        answered_by uuid,
        answered_at timestamptz,
        changed_at timestamptz NOT NULL,
        version int NOT NULL DEFAULT 1,
        form_key uuid NOT NULL,
        CONSTRAINT referrals_whose CHECK ((direction = 'received') = (client_id IS NULL)),
        CONSTRAINT referrals_whither CHECK ((direction = 'internal') = (other_id IS NULL)),
        CONSTRAINT referrals_form_key UNIQUE (organisation_id, form_key),
        FOREIGN KEY (organisation_id, client_id) REFERENCES clients (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, resource_id) REFERENCES resources (organisation_id, id),
        FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (created_by),
        FOREIGN KEY (organisation_id, answered_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (answered_by)",
    ),
];

const CHANGES: &str = "
ALTER TABLE organisations ADD COLUMN takes_referrals boolean NOT NULL DEFAULT false;
ALTER TABLE users ADD COLUMN contract_id uuid,
    ADD CONSTRAINT users_contract FOREIGN KEY (organisation_id, contract_id) REFERENCES contracts (organisation_id, id);
CREATE UNIQUE INDEX customers_name_key ON customers (organisation_id, name_key) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX contracts_name_key ON contracts (organisation_id, customer_id, name_key) WHERE closed_at IS NULL;
CREATE INDEX contracts_config ON contracts (organisation_id, config) WHERE closed_at IS NULL;
CREATE INDEX user_customers_customer ON user_customers (organisation_id, customer_id);
CREATE INDEX users_of_contract ON users (organisation_id, contract_id) WHERE contract_id IS NOT NULL;
CREATE UNIQUE INDEX resources_name_key ON resources (organisation_id, name_key) WHERE closed_at IS NULL;
CREATE INDEX referrals_client ON referrals (organisation_id, client_id, created_at DESC);
CREATE INDEX referrals_made ON referrals (organisation_id, created_by, created_at DESC);
CREATE INDEX referrals_open ON referrals (organisation_id, direction, created_at DESC) WHERE status IN ('sent', 'asked');
CREATE INDEX referrals_taken ON referrals (organisation_id, resource_id) WHERE status = 'accepted';
";
