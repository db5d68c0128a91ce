//! Addresses of this site: the paths it may redirect to, and query values.

/// The path, if it is one of this site: it starts with one slash, and contains nothing that a
/// browser reads as a host (ASVS 3.7.2).
pub fn own_path(path: &str) -> Option<&str> {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 1_000
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    own.then_some(path)
}

/// Percent-encodes a query value.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            encoded.push(byte as char);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_returned_to() {
        assert_eq!(own_path("/users?q=a"), Some("/users?q=a"));
        for foreign in [
            "",
            "users",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/å",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }
}
