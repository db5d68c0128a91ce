//! `usher audit verify`: verifies that the audit log was not altered (ASVS 16.4.2).

use clap::Args;
use color_eyre::eyre::{Result, bail};
use usher_domain::Db;
use usher_domain::chain::{self, Broken, Chain, Head};

/// The arguments of `usher audit verify`.
#[derive(Args, Clone, Debug, Default)]
pub struct Verify {
    /// A chain head, as this command or the log printed it earlier, which must still be in the
    /// chain. May be given several times
    #[arg(long = "head", value_name = "ORGANISATION:POSITION:HASH")]
    pub heads: Vec<Head>,
}

/// Prints the result for each organisation.
///
/// # Errors
/// The first altered row of each organisation.
pub async fn verify(db: &Db, arguments: &Verify) -> Result<()> {
    let chains = chain::verify(db, &arguments.heads).await?;
    let unknown = arguments.heads.iter().find(|head| {
        chains
            .iter()
            .all(|chain| chain.organisation != head.organisation)
    });
    let mut broken: Vec<String> = unknown
        .map(|head| format!("{head}: there is no such organisation"))
        .into_iter()
        .collect();
    for chain in &chains {
        match &chain.broken {
            None => println!("{}", summary(chain)),
            Some(at) => broken.push(format!(
                "{} ({}): {}",
                chain.name,
                chain.organisation,
                describe(at)
            )),
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    bail!(
        "the audit log was changed, or USHER_KEY is not the key that it was sealed with\n  {}",
        broken.join("\n  ")
    )
}

fn summary(chain: &Chain) -> String {
    let (rows, head) = chain.head.map_or((0, "none yet".to_owned()), |head| {
        (head.position, head.to_string())
    });
    let waiting = if chain.waiting == 0 {
        String::new()
    } else {
        format!(", {} not sealed yet", chain.waiting)
    };
    format!(
        "{}: {rows} rows, all unchanged{waiting}; head {head}",
        chain.name
    )
}

fn describe(broken: &Broken) -> String {
    match broken {
        Broken::SealMissing { position } => format!("the seal of row {position} is missing"),
        Broken::RowMissing { position, event } => format!("row {position}, {event}, is missing"),
        Broken::Changed { position, event } => {
            format!("row {position}, {event}, was changed or moved")
        }
        Broken::Unsealed { event } => format!("row {event} was inserted among sealed rows"),
        Broken::CutOff { position } => format!(
            "its log reached row {position} before, and was cut off or rewritten there or earlier"
        ),
    }
}
