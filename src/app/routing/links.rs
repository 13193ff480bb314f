//! The links to pages outside the app. A host sets its own.

use std::sync::Arc;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::view::shared;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Sales, for more than the largest tier.
    pub sales: String,
    /// The product documentation.
    pub documentation: String,
    /// Integration videos.
    pub videos: String,
    /// Courses.
    pub university: String,
    /// Live trainings.
    pub upskill: String,
    /// A project with sample data, to explore during a trial.
    pub demo_project: String,
}

impl Links {
    /// Reads a host's plain object; a missing link is that of the stand-alone page.
    pub fn read(object: &JsValue) -> Self {
        let read = |name: &str, usual: &str| {
            let given = object.is_object().then(|| {
                Reflect::get(object, &JsValue::from_str(name))
                    .ok()?
                    .as_string()
            });
            given.flatten().unwrap_or_else(|| usual.to_owned())
        };
        let sales = "mailto:sales@prorata.example?subject=Enterprise%20plan";
        Self {
            sales: read("sales", sales),
            documentation: read("documentation", "https://docs.prorata.example"),
            videos: read("videos", "https://docs.prorata.example/videos"),
            university: read("university", "https://university.prorata.example"),
            upskill: read("upskill", "https://upskill.prorata.example"),
            demo_project: read("demoProject", "https://demo.prorata.example"),
        }
    }
}

/// The links of this app.
pub fn links() -> Arc<Links> {
    shared()
}
