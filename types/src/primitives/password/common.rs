//! The most common passwords, as a table of hashes. Guards that the browser and the server refuse
//! the same passwords.
//!
//! `tools/blocklist/build.py` writes `common.filter`: the 32-bit hashes of the lower-cased entries
//! of `tools/blocklist/entries.txt`, sorted, little-endian. (A binary fuse filter would have half
//! the size, but twice as many false positives, and needs a library to write and to read.) One in
//! 150 000 other passwords is refused by accident, and the user chooses another one; an entry is
//! never accepted.

const FILTER: &[u8] = include_bytes!("common.filter");
const WIDTH: usize = 4;

/// Whether the password, ignoring case, is an entry (ASVS 6.2.4).
pub(super) fn contains(password: &str) -> bool {
    let wanted = hash(&password.to_lowercase());
    let (mut low, mut high) = (0, len());
    while low < high {
        let middle = low + (high - low) / 2;
        match at(middle).cmp(&wanted) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    false
}

fn len() -> usize {
    FILTER.len() / WIDTH
}

fn at(index: usize) -> u32 {
    let start = index * WIDTH;
    FILTER[start..start + WIDTH]
        .iter()
        .rev()
        .fold(0, |value, &byte| value << 8 | u32::from(byte))
}

/// FNV-1a over 64 bits, then the finaliser of MurmurHash3, because the high bits of FNV alone are
/// poorly distributed for short texts. Implemented here because it must never change: `build.py`
/// contains the same algorithm.
fn hash(text: &str) -> u32 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state = (state ^ (state >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    state = (state ^ (state >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    ((state ^ (state >> 33)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_small() {
        assert_eq!(FILTER.len() % WIDTH, 0);
        assert!(FILTER.len() < 120_000, "the browser downloads this file");
        assert!((1..len()).all(|index| at(index - 1) < at(index)));
    }

    #[test]
    fn every_entry_of_the_list_is_found() {
        let list = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tools/blocklist/entries.txt"
        );
        let entries = std::fs::read_to_string(list).expect(list);
        for entry in entries.lines() {
            assert!(
                contains(entry),
                "{entry:?}: the filter is older than the list, run tools/blocklist/build.py"
            );
        }
        assert!(len() <= entries.lines().count());
    }

    #[test]
    fn case_does_not_make_a_common_password_rare() {
        assert!(contains("passwordpassword"));
        assert!(contains("PasswordPassword"));
        assert!(!contains("kitu 9rab mofe 3dux"));
    }
}
