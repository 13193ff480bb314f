//! Joins the style sheets into one, in the order in which the page links them.

use crate::failure::Failure;

/// Joins style sheets in cascade order.
///
/// Rules that work in a file of their own and break in a joined file are refused, not repaired:
/// `@import` and `@charset` must come first, and a relative address would resolve from another folder.
pub(crate) fn join(sheets: &[(String, String)]) -> Result<String, Failure> {
    let mut joined = String::new();
    for (index, (name, sheet)) in sheets.iter().enumerate() {
        if sheets
            .iter()
            .take(index)
            .any(|(earlier, _)| earlier == name)
        {
            return Err(Failure::new(format!(
                "two style files are called {name}; the build would keep one"
            )));
        }
        let sheet = squeeze(sheet);
        for refused in ["@import", "@charset", "url("] {
            if sheet.contains(refused) {
                return Err(Failure::new(format!(
                    "{name} uses {refused}, which does not survive joining the sheets"
                )));
            }
        }
        joined.push_str(&sheet);
        joined.push('\n');
    }
    Ok(joined)
}

/// Removes comments and indentation. Strings stay as they are.
fn squeeze(sheet: &str) -> String {
    let mut kept = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
                rest = &rest[end..];
                continue;
            }
            '"' | '\'' => string(rest),
            white if white.is_ascii_whitespace() => {
                rest = rest.trim_ascii_start();
                if !kept.is_empty()
                    && !kept.ends_with([' ', '{', ';', ','])
                    && !rest.starts_with(['}', '{'])
                {
                    kept.push(' ');
                }
                continue;
            }
            other => &rest[..other.len_utf8()],
        };
        kept.push_str(taken);
        rest = &rest[taken.len()..];
    }
    kept.trim_end().to_owned()
}

/// The quoted string at the start of a text, with both quotes.
fn string(text: &str) -> &str {
    let mut escaped = false;
    let quote = text.chars().next();
    for (index, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if Some(letter) == quote => return &text[..=index],
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn the_cascade_keeps_its_order() {
        let joined = join(&[
            sheet("z.css", ".a { color: red; }"),
            sheet("a.css", ".a { color: blue; }"),
        ])
        .unwrap();
        assert_eq!(joined, ".a{color: red;}\n.a{color: blue;}\n");
    }

    #[test]
    fn rules_that_break_when_joined_are_refused() {
        for text in [
            "@import \"x.css\";",
            "@charset \"utf-8\";",
            ".a { background: url(x.png) }",
        ] {
            assert!(join(&[sheet("a.css", text)]).is_err(), "{text}");
        }
        assert!(
            join(&[sheet("a.css", ""), sheet("a.css", "")])
                .unwrap_err()
                .to_string()
                .contains("two style files")
        );
    }

    #[test]
    fn comments_are_removed_and_strings_kept() {
        assert_eq!(
            squeeze("/* a { */\n.a::after {\n  content: \"/*  */ \\\" \";\n}\n"),
            ".a::after{content: \"/*  */ \\\" \";}"
        );
        assert_eq!(
            squeeze("a /* x */ b { top: calc(1px + 2px) }"),
            "a b{top: calc(1px + 2px)}"
        );
        assert_eq!(
            squeeze("@media (a) and (b) { .x :hover { } }"),
            "@media (a) and (b){.x :hover{}}"
        );
        assert_eq!(squeeze("/* never closed"), "");
    }
}
