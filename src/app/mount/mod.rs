//! The entry point for hosts. `root` puts the whole app together: which screen is open, and what is around it.

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::options::Options;

mod pages;
mod root;

/// The class that all styles are scoped to.
const ROOT: &str = "organization";

/// A mounted app. Keep it as long as the app shall stay: [`Handle::unmount`] removes it, and so does
/// dropping it, also when the garbage collector of a JavaScript host does.
#[wasm_bindgen]
#[allow(missing_debug_implementations)]
pub struct Handle {
    unmount: Option<Box<dyn FnOnce()>>,
}

#[wasm_bindgen]
impl Handle {
    /// Removes the app from the page, with its listeners, timers and requests. A second call does nothing.
    pub fn unmount(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
    }
}

/// Mounts the app into an element, which becomes the root of its styles.
///
/// `options` is a plain object: `apiBase`, `routing` (`mode`: `history`, `hash` or `memory`;
/// `base`), `theme`, `locale`, `getToken`, `links` (`sales`, `documentation`, `videos`, `university`,
/// `upskill`, `demoProject`). See [`Options`].
#[wasm_bindgen]
pub fn mount(element: HtmlElement, options: &JsValue) -> Handle {
    mount_with(element, Options::read(options))
}

/// As [`mount`], for hosts written in Rust.
pub fn mount_with(element: HtmlElement, options: Options) -> Handle {
    let was_root = element.class_list().contains(ROOT);
    let _ = element.class_list().add_1(ROOT);
    crate::messages::format::start(options.locale.as_deref());
    // Disposing this owner ends every listener, timer and request of the app.
    let owner = Owner::new();
    let (host, left) = (element.clone(), element.clone());
    let mounted = owner.with(|| mount_to(element, move || root::root(host, options)));
    let unmount = move || {
        drop(mounted);
        owner.cleanup();
        if !was_root {
            let _ = left.class_list().remove_1(ROOT);
            let _ = left.remove_attribute("data-theme");
        }
    };
    Handle {
        unmount: Some(Box::new(unmount)),
    }
}
