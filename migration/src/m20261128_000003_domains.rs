//! International domains are stored in readable letters, however they were typed.

use std::collections::HashSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use usher_types::email::{Email, readable};
use usher_types::names::fold;

use crate::rows;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        rewrite_addresses(db).await?;
        for (table, column) in [("clients", "email"), ("organisations", "vendor_address")] {
            let sql =
                format!("SELECT id::text, {column} FROM {table} WHERE {column} LIKE '%xn--%'");
            let found = rows::texts(db, &sql).await?;
            let addresses: Vec<_> = found
                .into_iter()
                .filter_map(|[id, address]| Some((id, in_letters(&address)?)))
                .collect();
            rows::set(db, table, column, &addresses).await?;
        }
        // one line for each domain, because a domain contains no line break
        let sql = "SELECT id::text, array_to_string(own_domains, E'\\n') FROM organisations WHERE array_to_string(own_domains, ' ') LIKE '%xn--%'";
        let lines = |domains: String| domains.lines().map(readable).collect::<Vec<_>>().join("\n");
        let domains: Vec<_> = rows::texts(db, sql)
            .await?
            .into_iter()
            .map(|[id, domains]| (id, lines(domains)))
            .collect();
        rows::set_from(
            db,
            "organisations",
            "own_domains",
            "string_to_array(k.text, E'\\n')",
            &domains,
        )
        .await
    }
}

fn in_letters(address: &str) -> Option<String> {
    Email::parse(address)
        .ok()
        .map(|email| email.as_str().to_owned())
        .filter(|email| email != address)
}

/// If two users of an organisation have the same address in different spellings, the second keeps
/// the spelling as typed, because a person must decide how to resolve it.
async fn rewrite_addresses(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let sql = "SELECT organisation_id::text, email FROM users WHERE email IS NOT NULL AND email NOT LIKE '%xn--%'";
    let mut taken: HashSet<[String; 2]> = rows::texts(db, sql).await?.into_iter().collect();
    let sql = "SELECT id::text, organisation_id::text, email, search_text FROM users WHERE email LIKE '%xn--%' ORDER BY id";
    let (mut addresses, mut texts) = (Vec::new(), Vec::new());
    for [id, organisation, typed, mut text] in rows::texts(db, sql).await? {
        let Some(email) =
            in_letters(&typed).filter(|email| taken.insert([organisation, email.clone()]))
        else {
            continue;
        };
        let was = fold(&typed);
        // after the login name, which may be the same text
        if let Some(at) = text.rfind(&was) {
            text.replace_range(at..at + was.len(), &fold(&email));
        }
        texts.push((id.clone(), text));
        addresses.push((id, email));
    }
    rows::set(db, "users", "search_text", &texts).await?;
    rows::set(db, "users", "email", &addresses).await
}
