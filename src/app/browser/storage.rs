//! The browser's storage, or memory when the browser forbids it.

use std::cell::RefCell;

use web_sys::Storage;

/// How long a value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Until it is removed.
    Always,
    /// Until the tab is closed.
    Session,
}

thread_local! {
    static MEMORY: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// The value under a name.
pub fn read(keep: Keep, name: &str) -> Option<String> {
    storage(keep)
        .and_then(|storage| storage.get_item(name).ok().flatten())
        .or_else(|| {
            MEMORY.with_borrow(|memory| {
                let kept = memory.iter().find(|(other, _)| other == name);
                kept.map(|(_, text)| text.clone())
            })
        })
}

/// Stores a value under a name.
pub fn write(keep: Keep, name: &str, text: &str) {
    let stored = storage(keep).is_some_and(|storage| storage.set_item(name, text).is_ok());
    if !stored {
        forget(name);
        MEMORY.with_borrow_mut(|memory| memory.push((name.to_owned(), text.to_owned())));
    }
}

/// Removes the value under a name.
pub fn remove(keep: Keep, name: &str) {
    if let Some(storage) = storage(keep) {
        let _ = storage.remove_item(name);
    }
    forget(name);
}

fn forget(name: &str) {
    MEMORY.with_borrow_mut(|memory| memory.retain(|(other, _)| other != name));
}

fn storage(keep: Keep) -> Option<Storage> {
    let window = web_sys::window()?;
    match keep {
        Keep::Always => window.local_storage(),
        Keep::Session => window.session_storage(),
    }
    .ok()
    .flatten()
}
