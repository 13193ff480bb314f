//! Icons, drawn on 16 by 16. They repeat the word beside them, so screen readers skip them.

use crate::view::{Element, el, span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Sign {
    Plan,
    Card,
    Invoice,
    Users,
    Down,
    UpDown,
    Onward,
    Back,
    Warning,
    Check,
    Clock,
    Note,
    Cross,
    Print,
    Lock,
    Leave,
    Search,
    Mail,
    Data,
    Support,
}

impl Sign {
    const fn path(self) -> &'static str {
        match self {
            Self::Plan => "M2.5 11a5.5 5.5 0 1 1 11 0M8 11l2.4-3.4M4 13.5h8",
            Self::Card => {
                "M2 5.2a1.7 1.7 0 0 1 1.7-1.7h8.6A1.7 1.7 0 0 1 14 5.2v5.6a1.7 1.7 0 0 1-1.7 1.7H3.7A1.7 1.7 0 0 1 2 10.8zM2 6.5h12M4.5 10h2"
            }
            Self::Invoice => {
                "M3.5 2v12L5 13l1.5 1L8 13l1.5 1 1.5-1 1.5 1V2L11 3 9.5 2 8 3 6.5 2 5 3zM6 6.5h4M6 9.5h4"
            }
            Self::Users => {
                "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.400 2-4 4.5-4s4.5 1.600 4.5 4M10.5 2.700a2.5 2.5 0 0 1 0 4.600M12 9.800c1.5.6 2.5 1.900 2.5 3.700"
            }
            Self::Down => "M4 6l4 4 4-4",
            Self::UpDown => "M5 6.5l3-3 3 3M5 9.5l3 3 3-3",
            Self::Onward => "M3 8h10M9 4l4 4-4 4",
            Self::Back => "M13 8H3M7 4L3 8l4 4",
            Self::Warning => "M8 2L1.5 13.5h13zM8 6.5V10M8 11.800v.1",
            Self::Check => "M3 8.5l3.200 3.200L13 4.800",
            Self::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.800V8l2.200 1.5",
            Self::Note => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.300V11M8 5v.1",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Print => {
                "M4.5 5.5V2h7v3.5M4.5 11H3a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1V10a1 1 0 0 1-1 1h-1.5M4.5 9h7v5h-7z"
            }
            Self::Lock => "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
            Self::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.600 10.600L14 14",
            Self::Data => {
                "M3 4c0-2.700 10-2.700 10 0s-10 2.700-10 0v8c0 2.700 10 2.700 10 0V4M3 8c0 2.700 10 2.700 10 0"
            }
            Self::Support => {
                "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6 6.300c0-2.600 4-2.600 4 0 0 1.500-2 1.700-2 3M8 11.300v.1"
            }
            Self::Mail => "M2 4h12v8.5H2zM2 4.5l6 4.500 6-4.500",
            Self::Leave => "M6.5 14H3.5a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1h3M10.5 11l3-3-3-3M13.5 8h-7",
        }
    }
}

pub fn icon(sign: Sign) -> Element {
    let drawing = el("svg").attr("viewBox", "0 0 16 16");
    let drawing = drawing.child(el("path").attr("d", sign.path()));
    span("icon").child(drawing.attr("aria-hidden", "true"))
}
