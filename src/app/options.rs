//! What a host hands over when it mounts the app.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::links::Links;
use crate::theme::Theme;

/// How the app is to behave inside its host.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the API's paths begin with: a path of this origin, or an address elsewhere.
    pub api_base: String,
    /// Who keeps the address of the open page.
    pub routing: Routing,
    /// Light, dark, or as the system says.
    pub theme: Theme,
    /// The language tag for figures and dates; none: the browser's.
    pub locale: Option<String>,
    /// Gives a promise of a bearer token; none: the session's cookie is enough.
    pub get_token: Option<Function>,
    /// Places outside the app.
    pub links: Links,
}

/// Who keeps the address of the open page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routing {
    /// The path of the browser's address, below this base.
    History(String),
    /// What follows `#` in the browser's address.
    Hash,
    /// Nobody outside the app.
    Memory,
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
    /// Reads a host's plain object; what is missing or of another kind is as by default.
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
