//! Uploads of usage files with their progress, which `fetch` does not report.

use api::route::Route;
use api::usage::intake::{IntakeResult, StagedUsage};
use js_sys::Promise;
use leptos::prelude::GetValue as _;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use crate::client::failure::Failure;
use crate::client::json::{self, Json};
use crate::client::{Asked, Call, Client, answer, token};

impl Client {
    /// The address of `GET /usage/summary.csv`, for a link; `None` when the host uses tokens.
    pub fn usage_csv(self) -> Option<String> {
        self.download(Route::UsageCsv, "")
    }

    /// `POST /usage-imports`; `progress` is called with the percentage that was sent.
    pub fn stage_usage(self, file: File, progress: impl Fn(u8) + 'static) -> Asked<StagedUsage> {
        Box::pin(async move {
            let json = self.upload(&file, Box::new(progress)).await;
            if json.as_ref().err().and_then(Failure::code) == Some(api::Code::NotSignedIn) {
                self.who.set(self.who.get_now().lapsed());
            }
            json::finish(json?).map_err(|_| Failure::Garbled)
        })
    }

    /// `POST /usage-imports/{id}`: the same file counts once, however often it is applied.
    pub fn apply_usage(self, id: &str) -> Asked<IntakeResult> {
        let mut call = Call::of(Route::ApplyUsage, id);
        call.patience = std::time::Duration::from_secs(120);
        self.ask(call)
    }

    /// `DELETE /usage-imports/{id}`.
    pub async fn discard_usage(self, id: &str) -> Result<(), Failure> {
        self.send(Call::of(Route::DiscardUsage, id)).await.map(drop)
    }

    async fn upload(self, file: &File, progress: Box<dyn Fn(u8)>) -> Result<Json, Failure> {
        let host = self.host.try_get_value().ok_or(Failure::Offline)?;
        let token = match &host.get_token {
            Some(get_token) => Some(token(get_token).await?),
            None => None,
        };
        let request = XmlHttpRequest::new().map_err(|_| Failure::Offline)?;
        let url = format!("{}{}", host.base, Route::StageUsage.path());
        let opened = request.open("POST", &url).is_ok();
        let _ = request.set_request_header("content-type", "text/csv");
        let _ = request.set_request_header("accept", "application/json");
        if let Some(token) = token {
            let _ = request.set_request_header("authorization", &format!("Bearer {token}"));
        }
        let moving = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            progress(percent(event.loaded(), event.total()));
        });
        if let Ok(upload) = request.upload() {
            upload.set_onprogress(Some(moving.as_ref().unchecked_ref()));
        }
        let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
        if !opened || request.send_with_opt_blob(Some(file)).is_err() {
            return Err(Failure::Offline);
        }
        let _ = JsFuture::from(ended).await;
        let status = request.status().unwrap_or(0);
        let text = request.response_text().ok().flatten();
        match status {
            0 => Err(Failure::Offline),
            status => answer(status, &text.unwrap_or_default()),
        }
    }
}

/// A part of a whole, in percent.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn percent(part: f64, whole: f64) -> u8 {
    if whole > 0.0 {
        (part / whole * 100.0) as u8
    } else {
        0
    }
}
