//! CSV tables for spreadsheets (RFC 4180). No cell runs as a formula, whichever separator the
//! spreadsheet splits at.

use crate::primitives::invisible::is_invisible;
use crate::primitives::preferences::Language;

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text, always quoted.
    Text(String),
    /// A number, written unquoted so that a spreadsheet can add it up.
    Number(u32),
    /// An empty cell.
    Empty,
}

/// Formats a table as CSV. Excel splits a file at the list separator of its region, which in
/// Swedish is a semicolon. A first line `sep=;` would also set the separator, but Excel then
/// ignores the byte-order mark and shows å as Ã¥, so no such line is written.
pub fn table(language: Language, rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let separator = match language {
        Language::En => ",",
        Language::Sv => ";",
    };
    let mut text = "\u{feff}".to_owned();
    for row in rows {
        let cells: Vec<_> = row.iter().map(written).collect();
        text.push_str(&cells.join(separator));
        text.push_str("\r\n");
    }
    text
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => format!("\"{}\"", harmless(text).replace('"', "\"\"")),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

/// Puts an apostrophe before each text that could start a formula (ASVS 1.2.10): at the start, and
/// after each character at which a spreadsheet with other settings would start a new cell.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        if begins && (is_formula(c) || matches!(c, '\t' | '\r' | '\n')) {
            harmless.push('\'');
        }
        harmless.push(c);
        begins = match c {
            ',' | ';' | '|' | '\t' | '\r' | '\n' => true,
            // A spreadsheet may strip quotes before it parses the rest.
            '"' | '\'' => begins,
            c if c.is_whitespace() || is_invisible(c) => begins,
            _ => false,
        };
    }
    harmless
}

/// Whether a spreadsheet may read a cell with this first character as a formula. East Asian
/// versions also read the full-width forms.
fn is_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn cell(text: &str) -> String {
        written(&Cell::Text(text.to_owned()))
    }

    #[test]
    fn what_a_spreadsheet_would_run_it_is_shown() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(cell(text), format!("\"'{text}\""), "{text:?}");
        }
        assert_eq!(cell("Team = Dag"), "\"Team = Dag\"");
    }

    #[test]
    fn a_full_width_formula_is_escaped_too() {
        for text in ["＝1+1", "＋1", "－1", "＠SUM(A1)"] {
            assert_eq!(cell(text), format!("\"'{text}\""), "{text:?}");
        }
        assert_eq!(cell(" \u{200B}=1+1"), "\" \u{200B}'=1+1\"");
    }

    #[test]
    fn the_second_half_of_a_name_is_a_formula_where_the_separator_is_another() {
        for (named, kept) in [
            ("Natt;=1+1", "\"Natt;'=1+1\""),
            ("Natt,=1+1", "\"Natt,'=1+1\""),
            ("Natt;=1+1;Dag", "\"Natt;'=1+1;Dag\""),
            ("Natt\t@SUM(A1)", "\"Natt\t'@SUM(A1)\""),
            ("Natt;\"=1+1", "\"Natt;\"\"'=1+1\""),
            ("Natt\n=1+1", "\"Natt\n'=1+1\""),
        ] {
            assert_eq!(cell(named), kept, "{named:?}");
        }
    }

    #[test]
    fn quotes_separators_and_line_breaks_stay_in_their_cell() {
        let rows = || {
            [
                vec![text("Öster, \"dag\""), Cell::Number(7)],
                vec![text("a\nb"), Cell::Empty],
            ]
        };
        assert_eq!(
            table(Language::En, rows()),
            "\u{feff}\"Öster, \"\"dag\"\"\",7\r\n\"a\nb\",\r\n"
        );
    }

    #[test]
    fn a_swedish_spreadsheet_does_not_show_one_column() {
        let rows = || [vec![text("Öster; dag"), Cell::Number(7), Cell::Number(8)]];
        assert_eq!(
            table(Language::Sv, rows()),
            "\u{feff}\"Öster; dag\";7;8\r\n"
        );
        assert_eq!(
            table(Language::En, rows()),
            "\u{feff}\"Öster; dag\",7,8\r\n"
        );
    }

    /// Splits a line at the separator as a spreadsheet does: quotes only group text if the cell
    /// starts with a quote.
    fn split(line: &str, separator: char) -> Vec<String> {
        let mut cells = vec![String::new()];
        let (mut begins, mut quoted) = (true, false);
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if begins => quoted = true,
                '"' if quoted && chars.peek() == Some(&'"') => cells
                    .last_mut()
                    .expect("one")
                    .push(chars.next().expect("a quote")),
                '"' if quoted => quoted = false,
                c if c == separator && !quoted => {
                    cells.push(String::new());
                    begins = true;
                    continue;
                }
                c => cells.last_mut().expect("one").push(c),
            }
            begins = false;
        }
        cells
    }

    #[test]
    fn no_cell_begins_as_a_formula_whatever_separates() {
        let names = [
            "x;=1+1;y",
            "x,=1+1,y",
            "x|=1+1|y",
            "x\t=1+1\ty",
            "x;\"=1+1\";y",
            "x,\"\",＝1+1",
            "=1;=1,=1",
            "x; =1+1",
            "x;'=1+1",
        ];
        for language in Language::ALL {
            for one in names {
                for other in names {
                    let line = table(language, [vec![text(one), text(other), Cell::Number(1)]]);
                    for separator in [',', ';', '\t', '|'] {
                        for cell in split(line.trim_start_matches('\u{feff}').trim_end(), separator)
                        {
                            let first = cell
                                .trim_start_matches(|c: char| c.is_whitespace() || c == '"')
                                .chars()
                                .next();
                            assert!(
                                !first.is_some_and(is_formula),
                                "{cell:?} of {line:?} at {separator:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}
