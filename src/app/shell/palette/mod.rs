//! The command palette: every page, action and invoice by name, from any page (UX 68). The button and the
//! keys are here; the dialogs are in a piece, which is loaded when one of them is first opened.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element as Node, KeyboardEvent};

use crate::browser::storage::{self, Keep};
use crate::client::load::{Load, Loader};
use crate::components::feedback::toast::Toasts;
use crate::components::icon::{Sign, icon};
use crate::components::lazy::lazy;
use crate::messages;
use crate::view::{Live, View, button, el, live, many, shared, span, watch};

mod search;
mod shortcuts;
pub mod state;

/// The storage name of the switch for shortcuts of a single key; it applies to this device.
const SINGLE_KEYS: &str = "prorata-single-keys";

/// A dialog that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialog {
    Palette,
    Shortcuts,
}

/// The dialogs; each opens when it is asked for.
type Dialogs = fn(Live<Option<Dialog>>) -> View;

lazy! { fn dialogs() -> Dialogs { search::dialogs } in extras }

#[derive(Debug, Clone, Copy)]
struct Opener {
    asked: Live<Option<Dialog>>,
    /// The piece with the dialogs, once one was asked for.
    piece: Live<Option<Loader<Dialogs>>>,
    is_wanted: Live<bool>,
}

/// The button that opens the palette, and the dialogs.
pub fn palette() -> View {
    let opener = Opener {
        asked: Live::new(None),
        piece: Live::new(None),
        is_wanted: Live::new(false),
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| opener.press(&event));
    on_cleanup(move || keys.remove());
    let text = messages::shell();
    let open = button("nav__search")
        .attr("type", "button")
        .on("click", move |_| opener.open(Dialog::Palette))
        .child(icon(Sign::Search))
        .child(span("nav__search-label").child(text.search))
        .child(
            el("kbd")
                .class("key")
                .attr("aria-hidden", "true")
                .child(text.search_key),
        );
    let dialogs = live(move || opener.is_wanted.get().then(|| opener.dialogs()));
    many([open.into(), dialogs])
}

impl Opener {
    /// Ctrl or Cmd with K anywhere; the question mark outside of fields.
    fn press(self, event: &KeyboardEvent) {
        let with_command = event.ctrl_key() || event.meta_key();
        if with_command && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            self.open(Dialog::Palette);
        } else if event.key() == "?" && !with_command && hears_single_keys(event) {
            event.prevent_default();
            self.open(Dialog::Shortcuts);
        }
    }

    fn open(self, dialog: Dialog) {
        self.asked.set(Some(dialog));
        self.is_wanted.set_if_other(true);
        if let Some(piece) = self.piece.get_now()
            && matches!(untrack(move || piece.get()), Load::Failed(_))
        {
            piece.again();
        }
    }

    fn dialogs(self) -> View {
        let piece = Loader::new(dialogs);
        self.piece.set(Some(piece));
        let toasts: Toasts = shared();
        watch(move || {
            if let Load::Failed(_) = piece.get() {
                toasts.say(messages::failure().no_palette.to_owned());
            }
        });
        live(move || piece.get().ready().map(|dialogs| dialogs(self.asked)))
    }
}

/// Whether a single key is a shortcut here: not in a field, where it would be typed.
fn hears_single_keys(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    let is_field = target.is_some_and(|target| {
        let fields = "input, textarea, select, [contenteditable]";
        matches!(target.closest(fields), Ok(Some(_)))
    });
    single_keys() && !is_field
}

fn single_keys() -> bool {
    storage::read(Keep::Always, SINGLE_KEYS).as_deref() != Some("off")
}
