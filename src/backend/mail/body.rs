//! The content of a mail, and its two forms: plain text and HTML.

use std::fmt::Write as _;

/// The content of a mail, without addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailBody {
    /// Also the heading of the HTML form.
    pub subject: String,
    /// The parts, in order.
    pub parts: Vec<Part>,
    /// The page on which the reader can act; `None` when there is no such page.
    pub page: Option<Place>,
}

/// A part of a mail's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Says(String),
    /// Pairs of a name and a figure, one below the other.
    Figures(Vec<(String, String)>),
    /// A person's own text. It stays plain text: nothing in it becomes markup or a link.
    Quotes(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub name: &'static str,
    /// Its path, which begins with `/`.
    pub path: String,
}

/// What is the same in every mail to one recipient.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// The base URL of the app; without it pages are named and not linked.
    pub site: Option<&'a str>,
    /// Why the recipient gets the mail.
    pub because: &'a str,
}

impl MailBody {
    /// Content with its first paragraph.
    pub fn new(subject: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            subject: one_line(&subject.into()),
            parts: vec![Part::Says(says.into())],
            page: None,
        }
    }

    /// Adds a paragraph, unless it is empty.
    pub fn says(mut self, words: impl Into<String>) -> Self {
        let words = words.into();
        if !words.is_empty() {
            self.parts.push(Part::Says(words));
        }
        self
    }

    /// Adds figures, unless there are none.
    pub fn figures(mut self, figures: Vec<(String, String)>) -> Self {
        if !figures.is_empty() {
            self.parts.push(Part::Figures(figures));
        }
        self
    }

    /// Adds a person's own text.
    pub fn quotes(mut self, words: impl Into<String>) -> Self {
        self.parts.push(Part::Quotes(words.into()));
        self
    }

    /// Sets the page on which the reader can act.
    pub fn page(mut self, page: Option<Place>) -> Self {
        self.page = page;
        self
    }

    /// The plain text form.
    pub fn text(&self, layout: Layout<'_>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Says(words) => text.push_str(words),
                Part::Figures(figures) => {
                    let lines: Vec<_> = figures
                        .iter()
                        .map(|(name, figure)| format!("  {name}: {figure}"))
                        .collect();
                    text.push_str(&lines.join("\n"));
                }
                Part::Quotes(words) => {
                    let lines: Vec<_> = words.lines().map(|line| format!("> {line}")).collect();
                    text.push_str(&lines.join("\n"));
                }
            }
            text.push_str("\n\n");
        }
        if let Some(page) = &self.page {
            let _ = match layout.site {
                Some(site) => writeln!(text, "{}: {site}{}\n", page.name, page.path),
                None => writeln!(text, "See {} in the Organization area.\n", page.name),
            };
        }
        let _ = writeln!(text, "-- \n{}", layout.because);
        text
    }

    /// The HTML form. It loads nothing from the network, and every text is escaped.
    pub fn html(&self, layout: Layout<'_>) -> String {
        let subject = escaped(&self.subject);
        let mut body = String::new();
        for part in &self.parts {
            part.write(&mut body);
        }
        if let Some(page) = &self.page {
            let name = escaped(page.name);
            let _ = match layout.site {
                Some(site) => {
                    let to = escaped(&format!("{site}{}", page.path));
                    write!(body, "<p><a class=\"act\" href=\"{to}\">{name}</a></p>")
                }
                None => write!(body, "<p>See {name} in the Organization area.</p>"),
            };
        }
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{subject}</title>\
             <style>{STYLE}</style></head><body><main><p class=\"brand\">Prorata</p>\
             <h1>{subject}</h1>{body}<footer>{}</footer></main></body></html>\n",
            escaped(layout.because)
        )
    }
}

/// The style of the HTML form. A mail client that drops it shows the same text in the same order.
const STYLE: &str = include_str!("mail.css");

impl Part {
    fn write(&self, body: &mut String) {
        let _ = match self {
            Self::Says(words) => write!(body, "<p>{}</p>", escaped(words)),
            Self::Quotes(words) => write!(body, "<blockquote>{}</blockquote>", escaped(words)),
            Self::Figures(figures) => {
                body.push_str("<table>");
                for (name, figure) in figures {
                    let (name, figure) = (escaped(name), escaped(figure));
                    let _ = write!(
                        body,
                        "<tr><th scope=\"row\">{name}</th><td>{figure}</td></tr>"
                    );
                }
                write!(body, "</table>")
            }
        };
    }
}

/// Escapes text for HTML, in an element or an attribute.
pub fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for body in words.chars() {
        match body {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            body => escaped.push(body),
        }
    }
    escaped
}

/// Joins text to one line: control characters, which could break a header, become spaces.
pub fn one_line(words: &str) -> String {
    let broken = words.replace(|body: char| body.is_control(), " ");
    broken.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: Layout<'_> = Layout {
        site: Some("https://app.example"),
        because: "You are an admin of <Acme>",
    };

    fn body() -> MailBody {
        MailBody::new("A & B\r\nBcc: x@y.example", "1 < 2")
            .figures(vec![("Total".to_owned(), "$24.00".to_owned())])
            .quotes("<script>\n\"x\"")
            .page(Some(Place {
                name: "My Plan",
                path: "/plan".to_owned(),
            }))
    }

    #[test]
    fn the_same_words_in_both_forms() {
        let (text, html) = (body().text(PAPER), body().html(PAPER));
        let expected = "1 < 2\n\n  Total: $24.00\n\n> <script>\n> \"x\"\n\n\
                        My Plan: https://app.example/plan\n\n-- \nYou are an admin of <Acme>\n";
        assert_eq!(text, expected);
        assert!(html.contains("<p>1 &lt; 2</p>"), "{html}");
        assert!(html.contains("&lt;script&gt;\n&quot;x&quot;"), "{html}");
        assert!(html.contains("href=\"https://app.example/plan\""), "{html}");
        assert!(
            !html.contains("<script>") && !html.contains("<Acme>"),
            "{html}"
        );
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(body().subject, "A & B Bcc: x@y.example");
    }

    #[test]
    fn without_a_site_pages_are_named() {
        let layout = Layout {
            site: None,
            ..PAPER
        };
        assert!(
            body()
                .text(layout)
                .contains("See My Plan in the Organization area.")
        );
        assert!(!body().html(layout).contains("href"));
    }
}
