//! The page and the views: nothing inline, every style file linked in cascade order.

use super::{File, code, file, files, none, sample};
use std::collections::BTreeSet;

/// The folders and files of `style/` in the order in which they may be linked.
const CASCADE: [&str; 6] = [
    "style/tokens.css",
    "style/base.css",
    "style/boot.css",
    "style/components/",
    "style/screens/",
    "style/screens/print.css",
];

/// The style files that a page links, in order.
fn linked(page: &str) -> Vec<String> {
    let links = page.split("rel=\"css\" href=\"").skip(1);
    links
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

/// The last entry of the cascade that a path belongs to.
fn place(path: &str) -> Option<usize> {
    CASCADE
        .iter()
        .rposition(|entry| path == *entry || (entry.ends_with('/') && path.starts_with(entry)))
}

fn cascade(links: &[String], present: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    let once: BTreeSet<&String> = links.iter().collect();
    for path in present.iter().filter(|path| !once.contains(path)) {
        complaints.push(format!("index.html does not link {path}"));
    }
    if once.len() != links.len() {
        complaints.push("index.html links a style file twice".to_owned());
    }
    for path in once.iter().filter(|path| !present.contains(path)) {
        complaints.push(format!("index.html links {path}, which does not exist"));
    }
    for pair in links.windows(2) {
        if place(&pair[0]) > place(&pair[1]) || place(&pair[1]).is_none() {
            complaints.push(format!("index.html links {} before {}", pair[0], pair[1]));
        }
    }
    let names: BTreeSet<&str> = present
        .iter()
        .filter_map(|path| path.rsplit('/').next())
        .collect();
    if names.len() != present.len() {
        complaints.push("two style files have one name, and the build keeps one".to_owned());
    }
    complaints
}

/// What a strict CSP refuses, and what would not work in a shadow root.
fn inline(file: &File) -> Vec<String> {
    let refused = [
        "style=",
        "<style",
        "<script",
        "inner_html",
        "innerHTML",
        "insertAdjacentHTML",
        "javascript:",
    ];
    let mut complaints = Vec::new();
    for (line, text) in code(&file.text) {
        for word in refused {
            if text.contains(word) {
                complaints.push(file.complaint(
                    line,
                    &format!("{word} is not allowed by the security policy"),
                ));
            }
        }
        if file.path.ends_with(".html")
            && text
                .split_whitespace()
                .any(|word| word.starts_with("on") && word.contains("=\""))
        {
            complaints.push(file.complaint(
                line,
                "an inline handler is not allowed by the security policy",
            ));
        }
    }
    complaints
}

#[test]
fn every_style_file_is_linked_in_order() {
    let name = |paths: &[&str]| {
        paths
            .iter()
            .map(|path| (*path).to_owned())
            .collect::<Vec<_>>()
    };
    let present = name(&[
        "style/tokens.css",
        "style/base.css",
        "style/components/a.css",
        "style/screens/b.css",
    ]);
    assert!(cascade(&present, &present).is_empty());
    assert_eq!(
        cascade(&present[..3], &present),
        ["index.html does not link style/screens/b.css"]
    );
    let wrong = name(&[
        "style/base.css",
        "style/tokens.css",
        "style/components/a.css",
        "style/screens/b.css",
    ]);
    assert_eq!(
        cascade(&wrong, &present),
        ["index.html links style/base.css before style/tokens.css"]
    );
    let twins = name(&["style/components/a.css", "style/screens/a.css"]);
    assert_eq!(cascade(&twins, &twins).len(), 1);

    let present: Vec<String> = files(&["style"], &[".css"])
        .into_iter()
        .map(|file| file.path)
        .collect();
    none(cascade(&linked(&file("index.html").text), &present));
}

#[test]
fn nothing_is_inline() {
    for bad in [
        "<p style=\"x\">",
        "view! { <p style=x/> }",
        "<script>",
        "el.set_inner_html(x)",
    ] {
        assert_eq!(inline(&sample("a.rs", bad)).len(), 1, "{bad}");
    }
    assert_eq!(inline(&sample("a.html", "<p onclick=\"x()\">")).len(), 1);
    assert!(inline(&sample("a.rs", "<p style:width=x class=\"a\">")).is_empty());
    none(inline(&file("index.html")));
    none(
        files(&["src/app", "public"], &[".rs", ".js", ".html"])
            .iter()
            .flat_map(inline)
            .collect(),
    );
}

#[test]
fn the_page_has_what_browsers_and_screen_readers_need() {
    let page = file("index.html").text;
    for needed in [
        "<html lang=\"en\" dir=\"ltr\">",
        "name=\"viewport\"",
        "name=\"color-scheme\"",
        "name=\"description\"",
        "<noscript>",
    ] {
        assert!(page.contains(needed), "{needed}");
    }
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "the page loads nothing from elsewhere"
    );
}
