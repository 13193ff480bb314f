//! Files that a person chooses: read in the browser, listed by name, removed again.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, FileReader, HtmlInputElement};

use api::support::ticket::ATTACHED_BYTES_MAX;

use super::state::Chosen;

/// The files of an input. The input is emptied, so that the same file can be chosen again.
pub(super) fn taken(event: &Event) -> Vec<File> {
    let Some(input) = event.target() else {
        return Vec::new();
    };
    let list = Reflect::get(&input, &JsValue::from_str("files")).unwrap_or_default();
    let list = Array::from(&list);
    let files = list
        .iter()
        .filter_map(|file| file.dyn_into::<File>().ok())
        .collect();
    input.unchecked_ref::<HtmlInputElement>().set_value("");
    files
}

/// Reads a file. A file that is too large to be sent is not read.
pub(super) async fn read(file: File) -> Chosen {
    let bytes = size(&file);
    let content = match bytes > ATTACHED_BYTES_MAX {
        true => None,
        false => base64(&file).await,
    };
    Chosen {
        name: file.name(),
        bytes,
        content,
    }
}

/// JavaScript stores the size as a float; it is a whole number of bytes.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn size(file: &File) -> u64 {
    file.size() as u64
}

/// The content, which the browser writes after `data:…;base64,`.
async fn base64(file: &File) -> Option<String> {
    let reader = FileReader::new().ok()?;
    let ended = Promise::new(&mut |resolve, _| reader.set_onloadend(Some(&resolve)));
    reader.read_as_data_url(file).ok()?;
    JsFuture::from(ended).await.ok()?;
    let url = reader.result().ok()?.as_string()?;
    match url.split_once(',') {
        Some((_, content)) => Some(content.to_owned()),
        None => Some(String::new()),
    }
}
