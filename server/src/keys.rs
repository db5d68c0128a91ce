//! The master key: from `USHER_KEY`, or else 32 random bytes in `<data>/keys`, which only the
//! server can read.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use color_eyre::eyre::{Result, WrapErr, bail, eyre};
use secrecy::{ExposeSecret, SecretString};
use usher_domain::sealing::{Keys, random};

use crate::config::Config;

const LENGTH: usize = 32;

/// Loads the installation's keys; creates them at the first start.
///
/// # Errors
/// If the given key or the file is not a valid key.
pub fn load(config: &Config) -> Result<Keys> {
    let master = match &config.key {
        Some(key) => parse(key)?,
        None => from_file(&config.data.join("keys"))?,
    };
    Ok(Keys::from_master(&master))
}

fn parse(key: &SecretString) -> Result<[u8; LENGTH]> {
    let text = key.expose_secret().trim();
    let read = if text.len() == 2 * LENGTH {
        hex(text)
    } else {
        base64(text)
    };
    read.and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| eyre!("key is not 32 bytes in hexadecimal (64 digits) or base64; create one with `openssl rand -hex 32`"))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    Some(
        digits?
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | *digit as u8))
            .collect(),
    )
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [alphabet::STANDARD, alphabet::URL_SAFE]
        .iter()
        .find_map(|letters| GeneralPurpose::new(letters, lenient).decode(text).ok())
}

fn from_file(path: &Path) -> Result<[u8; LENGTH]> {
    match fs::read(path) {
        Ok(bytes) => match bytes.try_into() {
            Ok(master) => Ok(master),
            Err(_) => bail!(
                "{} does not contain 32 bytes: restore the original file, without which sealed values cannot be read",
                path.display()
            ),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => create(path),
        Err(error) => Err(error).wrap_err_with(|| format!("cannot read {}", path.display())),
    }
}

fn create(path: &Path) -> Result<[u8; LENGTH]> {
    let master: [u8; LENGTH] = random()?;
    write_secret(path, &master)?;
    tracing::info!(file = %path.display(), "created the key that seals identity numbers: keep it with your backups");
    Ok(master)
}

/// Writes a file that no other account can read, atomically.
///
/// # Errors
/// If the folder is not writable.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("new");
    let write = || {
        if let Err(error) = fs::remove_file(&temporary)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error);
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().wrap_err_with(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_hexadecimal_or_base64() -> Result<()> {
        let expected = [0xab; LENGTH];
        for text in [
            "ab".repeat(32),
            "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=".to_owned(),
            "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s".to_owned(),
        ] {
            assert_eq!(parse(&text.into())?, expected);
        }
        assert!(parse(&"short".to_owned().into()).is_err());
        assert!(parse(&"zz".repeat(32).into()).is_err());
        Ok(())
    }

    #[test]
    fn a_generated_key_is_read_again_and_only_its_owner_can_read_it() -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("keys");
        assert_eq!(from_file(&path)?, from_file(&path)?);
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        fs::write(&path, b"half")?;
        assert!(from_file(&path).is_err());
        Ok(())
    }
}
