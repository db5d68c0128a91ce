//! Tables for other programs: RFC 4180, and nothing in them that a spreadsheet would run.

/// A table as CSV.
pub fn table(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    // told so, a spreadsheet reads å as å
    let mut text = "\u{feff}".to_owned();
    for row in rows {
        let cells: Vec<_> = row.iter().map(|text| cell(text)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// One cell. What begins as a formula does gets an apostrophe in front (ASVS 1.2.10).
fn cell(text: &str) -> String {
    let harmless = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if harmless.contains(['"', ',', '\r', '\n', '\'']) { format!("\"{}\"", harmless.replace('"', "\"\"")) } else { harmless }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_it_is_shown() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(cell(text), format!("\"'{text}\""), "{text:?}");
        }
        assert_eq!(cell("Team = Dag"), "Team = Dag");
    }

    #[test]
    fn quotes_commas_and_line_breaks_stay_in_their_cell() {
        let rows = [vec!["Öster, \"dag\"".to_owned(), "7".to_owned()], vec!["a\nb".to_owned(), String::new()]];
        assert_eq!(table(rows), "\u{feff}\"Öster, \"\"dag\"\"\",7\r\n\"a\nb\",\r\n");
    }
}
