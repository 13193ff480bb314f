//! The options that a host passes when it mounts the app.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::theme::Theme;
use crate::routing::links::Links;
use crate::routing::navigation::Routing;

#[derive(Debug, Clone)]
pub struct Options {
    /// The prefix of the API's paths: a path of this origin, or an address of another.
    pub api_base: String,
    /// Where the address of the open page is kept.
    pub routing: Routing,
    /// Light, dark, or as the system says.
    pub theme: Theme,
    /// The BCP 47 tag for figures and dates; `None` is the browser's locale.
    pub locale: Option<String>,
    /// Returns a promise of a bearer token; `None` when the session cookie is enough.
    pub get_token: Option<Function>,
    /// The links to pages outside the app.
    pub links: Links,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            api_base: api::route::BASE.to_owned(),
            routing: Routing::Memory,
            theme: Theme::Auto,
            locale: None,
            get_token: None,
            links: Links::read(&JsValue::UNDEFINED),
        }
    }
}

impl Options {
    /// Reads a host's plain object; a value that is missing or of another type is the default.
    pub fn read(options: &JsValue) -> Self {
        let usual = Self::default();
        let routing = member(options, "routing");
        Self {
            api_base: text(options, "apiBase")
                .map_or(usual.api_base, |base| base.trim_end_matches('/').to_owned()),
            routing: match text(&routing, "mode").as_deref() {
                Some("history") => Routing::History(
                    text(&routing, "base")
                        .unwrap_or_default()
                        .trim_end_matches('/')
                        .to_owned(),
                ),
                Some("hash") => Routing::Hash,
                _ => Routing::Memory,
            },
            theme: text(options, "theme")
                .and_then(|theme| Theme::parse(&theme))
                .unwrap_or(usual.theme),
            locale: text(options, "locale"),
            get_token: member(options, "getToken").dyn_into().ok(),
            links: Links::read(&member(options, "links")),
        }
    }
}

fn member(object: &JsValue, name: &str) -> JsValue {
    if !object.is_object() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name).as_string()
}
