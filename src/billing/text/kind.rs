//! Checks of text from outside, before it is parsed.

use core::fmt;

use super::{CardNumberFound, contains_card_number, contains_issued_card_number};

/// The purpose of a text, which decides what it may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// A name, an id, a search or an amount: one line.
    Line,
    /// A description, with line breaks and tabs.
    Paragraphs,
    /// Data that a program sends: an id or a property.
    Data,
    /// A password, or an id or a fingerprint that the server has made (A230). It is only compared and
    /// never stored, so it may contain any digits.
    Secret,
}

/// Why a text is refused. The type deliberately keeps nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// The text has more than one line, or tabs, where only one line is allowed.
    LineBreak,
    /// The text contains an invisible control character.
    Control,
    /// The text has no visible character.
    Invisible,
    /// A character changes the writing direction, so that a reader sees another text.
    Direction,
    /// The text contains what looks like a card number.
    CardNumber,
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineBreak => f.write_str("write this on one line"),
            Self::Control => f.write_str("take out the control characters, which cannot be seen"),
            Self::Invisible => f.write_str("write something that can be seen"),
            Self::Direction => f.write_str(
                "take out the invisible characters that turn the writing direction; they make a \
                 text look like another one",
            ),
            Self::CardNumber => CardNumberFound.fmt(f),
        }
    }
}

impl core::error::Error for TextFault {}

impl TextKind {
    /// Checks whether a text is allowed for its purpose.
    ///
    /// **Rule.** No control character, except line breaks and tabs in paragraphs; none that changes the
    /// writing direction; at least one visible character in texts for people; no card number.
    /// **Source.** RELIABILITY, threats 8, 16 and 30.
    /// **Silent on** ids and properties from programs, where every tenth long number passes the check: only
    /// numbers that card networks issue are refused there, see A220. Passwords, see A221.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::text::{TextFault, TextKind};
    /// assert_eq!(TextKind::Line.check("Acme & Søns"), Ok(()));
    /// assert_eq!(TextKind::Line.check("Acme\u{0}"), Err(TextFault::Control));
    /// assert_eq!(TextKind::Line.check("Acme\u{202E}dtL"), Err(TextFault::Direction));
    /// assert_eq!(TextKind::Line.check("4242 4242 4242 4242"), Err(TextFault::CardNumber));
    /// assert_eq!(TextKind::Paragraphs.check("two\nlines"), Ok(()));
    /// ```
    pub fn check(self, text: &str) -> Result<(), TextFault> {
        if text
            .chars()
            .any(|letter| is_control(letter) && !breaks_line(letter))
        {
            Err(TextFault::Control)
        } else if self.is_one_line() && text.chars().any(breaks_line) {
            Err(TextFault::LineBreak)
        } else if text.chars().any(turns_direction) {
            Err(TextFault::Direction)
        } else if self.is_read() && is_invisible(text) {
            Err(TextFault::Invisible)
        } else if self.finds_card_number(text) {
            Err(TextFault::CardNumber)
        } else {
            Ok(())
        }
    }

    const fn is_read(self) -> bool {
        match self {
            Self::Line | Self::Paragraphs => true,
            Self::Data | Self::Secret => false,
        }
    }

    const fn is_one_line(self) -> bool {
        match self {
            Self::Line | Self::Secret => true,
            Self::Paragraphs | Self::Data => false,
        }
    }

    fn finds_card_number(self, text: &str) -> bool {
        match self {
            Self::Line | Self::Paragraphs => contains_card_number(text),
            Self::Data => contains_issued_card_number(text),
            Self::Secret => false,
        }
    }
}

/// Control characters, line and paragraph separators, the byte order mark, and the tags that once named
/// languages.
pub(super) fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
        )
}

/// Whether the text is not empty and has only characters without a visible form: fillers, joiners and
/// direction marks.
fn is_invisible(text: &str) -> bool {
    let leaves_no_mark = |letter: char| {
        matches!(
            letter,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2060}'..='\u{2064}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FFA0}'
        )
    };
    text.chars().any(leaves_no_mark)
        && text
            .chars()
            .all(|letter| letter.is_whitespace() || leaves_no_mark(letter))
}

fn breaks_line(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates. The plain marks of right-to-left writing are allowed.
pub(super) fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_takes_what_it_is_for() {
        let check = |text: &str, expected: [Result<(), TextFault>; 4]| {
            let kinds = [
                TextKind::Line,
                TextKind::Paragraphs,
                TextKind::Data,
                TextKind::Secret,
            ];
            assert_eq!(kinds.map(|kind| kind.check(text)), expected, "{text:?}");
        };
        let (control, direction) = (Err(TextFault::Control), Err(TextFault::Direction));
        let (broken, card) = (Err(TextFault::LineBreak), Err(TextFault::CardNumber));
        check("", [Ok(()); 4]);
        check("شركة نور \u{200F}(Acme)", [Ok(()); 4]);
        check("a\0", [control; 4]);
        check("a\u{1b}[2J", [control; 4]);
        check("a\u{85}b", [control; 4]);
        check("\u{FEFF}a", [control; 4]);
        check("a\r\n\tb", [broken, Ok(()), Ok(()), broken]);
        check("a\u{2028}b", [broken, Ok(()), Ok(()), broken]);
        check("a\u{202E}b", [direction; 4]);
        check("a\u{2066}b", [direction; 4]);
        let unseen = Err(TextFault::Invisible);
        check("\u{3164}", [unseen, unseen, Ok(()), Ok(())]);
        check(" \u{200B}\u{200F} ", [unseen, unseen, Ok(()), Ok(())]);
        check("ক্\u{200D}ষ 👩\u{200D}🔧", [Ok(()); 4]);
        check("\u{E0041}\u{E007F}", [control; 4]);
        check("4242 4242 4242 4242", [card, card, card, Ok(())]);
        // Milliseconds since 1970 that happen to pass the check.
        check("1719999999992", [card, card, Ok(()), Ok(())]);
    }
}
