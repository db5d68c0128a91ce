//! Creates tenant tables with all their protections.

/// The privileges of the server's role on a table's rows.
#[derive(Clone, Copy)]
pub enum Allowed {
    /// Read, insert, update and delete.
    All,
    /// Read and insert only, so that rows never change.
    Append,
}

/// The statements that create a tenant table: `organisation_id` first, the composite key
/// `(organisation_id, id)`, row-level security and the grants. `columns` contains the columns after
/// the organisation, including `id uuid` or the columns of a composite key.
pub fn table(name: &str, key: &str, columns: &str, allowed: Allowed) -> String {
    let app = crate::APP_ROLE;
    let verbs = match allowed {
        Allowed::All => "SELECT, INSERT, UPDATE, DELETE",
        Allowed::Append => "SELECT, INSERT",
    };
    format!(
        "CREATE TABLE {name} (
            organisation_id uuid NOT NULL REFERENCES organisations (id),
            {columns},
            PRIMARY KEY (organisation_id, {key})
        );
        ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY organisation ON {name}
            USING (organisation_id = nullif(current_setting('app.organisation', true), '')::uuid)
            WITH CHECK (organisation_id = nullif(current_setting('app.organisation', true), '')::uuid);
        GRANT {verbs} ON {name} TO {app};"
    )
}
