//! Creates tenant tables with all their protections.

/// The privileges of the server's role on a tenant table's rows.
#[derive(Clone, Copy)]
pub enum Allowed {
    /// Read, insert, update and delete.
    All,
    /// Read and insert only, so that rows never change.
    Append,
}

/// The statements of a tenant table's file, and those that protect it: row-level security by the
/// organisation of the transaction, and the grants of the server's role. The file creates the table
/// with a primary key that begins with `organisation_id`.
pub fn table(name: &str, file: &str, allowed: Allowed) -> String {
    let verbs = match allowed {
        Allowed::All => "SELECT, INSERT, UPDATE, DELETE",
        Allowed::Append => "SELECT, INSERT",
    };
    let own = "organisation_id = nullif(current_setting('app.organisation', true), '')::uuid";
    format!(
        "{file}
        ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY organisation ON {name} USING ({own}) WITH CHECK ({own});
        GRANT {verbs} ON {name} TO usher_app;"
    )
}
