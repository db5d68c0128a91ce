//! Makes a tenant table right by construction.

/// What the server's role may do with a table's rows.
#[derive(Clone, Copy)]
pub enum Allowed {
    /// Read, insert, update and delete.
    All,
    /// Read and insert: what is written stays as it was written.
    Append,
}

/// The statements that make a tenant table: `organisation_id` first, the composite key `(organisation_id, id)`, row-level
/// security and the grants. `columns` holds what comes after the organisation, `id uuid` or a composite key included.
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
