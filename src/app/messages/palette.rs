//! Texts of the command palette and the keyboard shortcuts.

#[derive(Debug)]
#[allow(missing_docs)]
pub struct PaletteText {
    pub title: &'static str,
    pub label: &'static str,
    pub placeholder: &'static str,
    pub none: &'static str,
    /// In the order of `Page::everywhere`.
    pub pages: [&'static str; 12],
    /// In the order of `Theme::ALL`.
    pub themes: [&'static str; 3],
    pub print: &'static str,
    pub shortcuts: &'static str,
    pub keys: [(&'static str, &'static str); 5],
    pub single_keys: &'static str,
    pub single_keys_hint: &'static str,
}
