//! The palette and the shortcuts, in English.

use crate::messages::PaletteText;

pub(crate) static PALETTE: PaletteText = PaletteText {
    title: "Go to or do",
    label: "Page, action or invoice number",
    placeholder: "Page, action or invoice number",
    none: "Nothing here is called that.",
    pages: [
        "My Plan",
        "Change plan",
        "Manage add-ons",
        "Pause plan",
        "Cancel plan",
        "Billing details",
        "Payment methods",
        "Invoices",
        "Users",
        "Data",
        "Support",
        "Activity log",
    ],
    themes: ["Theme: system", "Theme: light", "Theme: dark"],
    print: "Print this page",
    shortcuts: "Keyboard shortcuts",
    keys: [
        ("Ctrl K, ⌘ K", "Go to a page, an action or an invoice"),
        ("?", "Show these shortcuts"),
        ("Tab, Shift Tab", "To the next control, and back"),
        ("↑ ↓ ← →", "Through tiers, choices and lists"),
        ("Esc", "Close what is on top"),
    ],
    single_keys: "Use shortcuts of a single key",
    single_keys_hint: "The question mark opens this list. It never counts where text is typed.",
};
