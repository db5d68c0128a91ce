//! What a person chooses about all pages: language and theme.

use crate::primitives::coded::coded;

coded! {
    /// A language the product speaks, in pages, mails and errors. The code is the BCP 47 one.
    #[derive(Default)]
    Language {
        /// English.
        #[default]
        En = "en",
        /// Swedish.
        Sv = "sv",
    }
}

impl Language {
    /// The language of a BCP 47 tag as browsers send it: in any case, region subtags ignored.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::from_code(&primary.trim().to_ascii_lowercase())
    }
}

coded! {
    /// The colours of the pages: a person's own choice, or what their device prefers.
    #[derive(Default)]
    Theme {
        /// The preference of the device.
        #[default]
        Device = "device",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_tag_may_have_a_region_and_a_code_may_not() {
        for tag in ["sv", "SV", "sv-SE", "sv_FI", " sv"] {
            assert_eq!(Language::from_tag(tag), Some(Language::Sv), "{tag:?}");
        }
        assert_eq!(Language::from_tag("de-SE"), None);
        assert_eq!(Language::from_code("sv-SE"), None);
    }
}
