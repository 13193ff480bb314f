//! The page. Trunk makes it ready for development; here it gets the file names of the release.

use crate::failure::Failure;

/// The addresses of the release's files, each with its integrity value.
#[derive(Debug)]
pub(crate) struct Addresses {
    /// The only style sheet.
    pub style: Checked,
    /// The only script: boot code, glue, and the loader of the pieces.
    pub script: Checked,
    /// The main module. Browsers do not check the integrity of a preload, so the boot code passes it
    /// to its fetch.
    pub wasm: String,
    /// Served files that the page names: the name in `public/` and the address in the release.
    pub public: Vec<(String, String)>,
}

/// An address and the integrity value of its content.
#[derive(Debug)]
pub(crate) struct Checked {
    pub address: String,
    /// The value of the `integrity` attribute.
    pub integrity: String,
}

impl Checked {
    /// The name of the file.
    pub(crate) fn name(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or(&self.address)
    }
}

/// The paths of the style sheets that a page names for Trunk, in cascade order.
pub(crate) fn sheets(page: &str) -> Vec<String> {
    let sheets = tags(page, "link").filter(|tag| trunk(tag) == Some("css"));
    let paths = sheets.filter_map(|tag| attribute(tag, "href"));
    paths.map(str::to_owned).collect()
}

/// The page with one style sheet, one script and one preload in place of what it names for Trunk.
///
/// The script is a module in the head, so the browser fetches it as early as any preload. It blocks the
/// first paint (`blocking`), so that the wrong theme never shows.
pub(crate) fn release(page: &str, to: &Addresses) -> Result<String, Failure> {
    let mut released = page.to_owned();
    let mut is_styled = false;
    let mut is_loaded = false;
    for tag in tags(page, "link") {
        let kept = match trunk(tag) {
            None => continue,
            Some("css") if !is_styled => {
                is_styled = true;
                linked(to)
            }
            Some("rust") => {
                is_loaded = true;
                loaded(to)
            }
            Some(_) => String::new(),
        };
        released = released.replacen(tag, &kept, 1);
    }
    if !is_styled || !is_loaded {
        let lacks = "index.html must link style sheets and the app: rel=\"css\", rel=\"rust\"";
        return Err(Failure::new(lacks));
    }
    for (name, address) in &to.public {
        released = released.replace(&format!("\"/{name}\""), &format!("\"{address}\""));
    }
    Ok(tidied(&released))
}

fn linked(to: &Addresses) -> String {
    let Checked { address, integrity } = &to.style;
    format!(
        "<link rel=\"preload\" href=\"{}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n  \
         <link rel=\"stylesheet\" href=\"{address}\" integrity=\"{integrity}\">",
        to.wasm
    )
}

fn loaded(to: &Addresses) -> String {
    let Checked { address, integrity } = &to.script;
    format!(
        "<script type=\"module\" blocking=\"render\" src=\"{address}\" integrity=\"{integrity}\"></script>"
    )
}

/// What a link is for Trunk; `None` for a link of the page itself.
fn trunk(tag: &str) -> Option<&str> {
    attribute(tag, "rel").filter(|_| tag.contains(" data-trunk "))
}

/// The opening tags of one kind, in order.
fn tags<'a>(page: &'a str, kind: &'a str) -> impl Iterator<Item = &'a str> {
    page.match_indices('<').filter_map(move |(at, _)| {
        let tag = &page[at..];
        let after = tag[1..].strip_prefix(kind)?;
        after
            .starts_with(char::is_whitespace)
            .then_some(&tag[..=tag.find('>')?])
    })
}

/// The value of `name="value"` in a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split_once('"').map(|(value, _)| value)
}

/// The page without comments, which are for developers, and without empty lines.
fn tidied(page: &str) -> String {
    let mut kept = String::new();
    for (index, part) in page.split("<!--").enumerate() {
        kept.push_str(match index {
            0 => part,
            _ => part.split_once("-->").map_or("", |(_, after)| after),
        });
    }
    let lines: Vec<&str> = kept
        .lines()
        .filter(|line| !line.trim().is_empty())
        .chain([""])
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head>\n  <!-- For\n developers -->\n  <link rel=\"icon\" href=\"/favicon.svg\">\n  \
        <link data-trunk rel=\"copy-dir\" href=\"public\">\n  \
        <link data-trunk rel=\"css\" href=\"style/tokens.css\">\n  \
        <link data-trunk rel=\"css\" href=\"style/a.css\">\n  \
        <link data-trunk rel=\"rust\" href=\"src/app/Cargo.toml\">\n</head>\n";

    fn addresses() -> Addresses {
        let checked = |address: &str| Checked {
            address: address.to_owned(),
            integrity: "sha256-x".to_owned(),
        };
        Addresses {
            style: checked("/assets/style-1.css"),
            script: checked("/assets/app-2.js"),
            wasm: "/assets/app-3.wasm".to_owned(),
            public: vec![("favicon.svg".to_owned(), "/assets/favicon-4.svg".to_owned())],
        }
    }

    #[test]
    fn style_sheets_are_found_in_order() {
        assert_eq!(sheets(PAGE), ["style/tokens.css", "style/a.css"]);
    }

    #[test]
    fn the_released_page_names_each_file_once() {
        let page = release(PAGE, &addresses()).unwrap();
        for (name, times) in [
            ("style-1.css", 1),
            ("app-2.js", 1),
            ("app-3.wasm", 1),
            ("favicon-4.svg", 1),
        ] {
            assert_eq!(page.matches(name).count(), times, "{page}");
        }
        assert_eq!(page.matches("sha256-x").count(), 2);
        assert!(
            !page.contains("trunk") && !page.contains("tokens") && !page.contains("a.css"),
            "{page}"
        );
        assert!(page.contains("</script>\n</head>\n"), "{page}");
        assert!(page.starts_with("<head>\n  <link rel=\"icon\""), "{page}");
    }

    #[test]
    fn a_page_without_the_app_is_refused() {
        let sheet = "<link data-trunk rel=\"css\" href=\"a.css\">";
        assert!(release(sheet, &addresses()).is_err());
    }
}
