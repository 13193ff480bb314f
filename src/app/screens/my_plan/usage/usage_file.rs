//! The import of a usage file: chosen, sent, previewed, and then applied.

use std::rc::Rc;

use api::plan::subscription::Subscription;
use api::usage::Usage;
use api::usage::intake::{IntakeResult, StagedUsage};
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, File, HtmlInputElement};

use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::load::Loader;
use crate::components::error_card::explain;
use crate::components::feedback::banner::{Tone, banner};
use crate::components::form::button::patient;
use crate::messages::{self, fill, format};
use crate::view::{
    Element, Live, View, button, dd, div, dl, dt, el, h2, many, p, section, shared, span, spawn,
};

/// The columns of a file.
const COLUMNS: &str = "project,day,app,web_identified,api,anonymous_web,data_points";
/// The most faults that one response lists.
const MOST_FAULTS: usize = 100;

/// The data that an import changes; it is loaded again after one.
#[derive(Debug, Clone, Copy)]
pub(in crate::screens::my_plan) struct Loaders {
    pub(in crate::screens::my_plan) subscription: Loader<Subscription>,
    pub(in crate::screens::my_plan) usage: Loader<Usage>,
}

/// The progress of an import; the screen keeps it while its other parts are rebuilt.
#[derive(Debug, Clone, Copy)]
pub(in crate::screens::my_plan) struct UploadState {
    step: Live<Step>,
    name: Live<String>,
}

#[derive(Clone, Default)]
enum Step {
    #[default]
    Choose,
    Sending(u8),
    Refused(Failure),
    Ready(Rc<StagedUsage>),
    Applying(Rc<StagedUsage>),
    Done(Rc<IntakeResult>),
}

impl UploadState {
    pub(in crate::screens::my_plan) fn new() -> Self {
        Self {
            step: Live::new(Step::Choose),
            name: Live::new(String::new()),
        }
    }

    /// Sends the file to be checked.
    fn send(self, client: Client, file: File) {
        self.name.set(file.name());
        self.step.set(Step::Sending(0));
        spawn(async move {
            let progress = move |percent| {
                self.step.set(Step::Sending(percent));
            };
            self.step
                .set(match client.stage_usage(file, progress).await {
                    Ok(staged) => Step::Ready(Rc::new(staged)),
                    Err(failure) => Step::Refused(failure),
                });
        });
    }

    fn apply(self, client: Client, staged: Rc<StagedUsage>, loaders: Loaders) {
        self.step.set(Step::Applying(Rc::clone(&staged)));
        spawn(async move {
            match client.apply_usage(&staged.id).await {
                Ok(taken) => {
                    self.step.set(Step::Done(Rc::new(taken)));
                    loaders.usage.again();
                    loaders.subscription.again();
                }
                Err(failure) => {
                    self.step.set(Step::Refused(failure));
                }
            }
        });
    }

    fn discard(self, client: Client, id: &str) {
        let id = id.to_owned();
        self.step.set(Step::Choose);
        spawn(async move {
            // If this request fails, the backend deletes the file later.
            let _ = client.discard_usage(&id).await;
        });
    }
}

pub(in crate::screens::my_plan) fn card(upload: UploadState, loaders: Loaders) -> Element {
    let text = messages::usage_file();
    let client: Client = shared();
    let busy = move || matches!(upload.step.get(), Step::Sending(_) | Step::Applying(_));
    let input = el("input")
        .class("field__input field__input--file")
        .id("usage-file")
        .attr("type", "file")
        .attr("accept", ".csv,text/csv")
        .attr("aria-describedby", "usage-file-hint")
        .property("disabled", busy)
        .on("change", move |event| {
            if let Some(file) = chosen(&event) {
                upload.send(client, file);
            }
        });
    let hint = p("field__hint usage-file__columns")
        .id("usage-file-hint")
        .child(fill(text.columns, &[COLUMNS]));
    let field = div("field usage-file__field")
        .child(
            el("label")
                .class("field__label")
                .attr("for", "usage-file")
                .child(text.choose),
        )
        .child(input)
        .child(hint);
    section("card")
        .child(div("card__head").child(h2("card__title").child(text.title)))
        .child(p("usage-file__text").child(text.text))
        .child(field)
        .child(
            div("usage-file__state")
                .attr("aria-live", "polite")
                .live(move || step(upload, client, loaders)),
        )
}

fn step(upload: UploadState, client: Client, loaders: Loaders) -> View {
    let text = messages::usage_file();
    let name = upload.name.get_now();
    match upload.step.get() {
        Step::Choose => View::Nothing,
        Step::Sending(percent) => sending(&name, percent).into(),
        Step::Refused(failure) => refused(&name, &failure),
        Step::Ready(staged) => ready(upload, client, &staged, loaders),
        Step::Applying(staged) => change(&name, &staged).into(),
        Step::Done(taken) => {
            let counts = [taken.added, taken.corrected, taken.unchanged].map(format::count);
            let counts = fill(text.done_detail, &counts.each_ref().map(String::as_str));
            banner(Tone::Coming, &fill(text.done, &[&name]), &[&counts], None).into()
        }
    }
}

fn sending(name: &str, percent: u8) -> Element {
    let text = messages::usage_file();
    let number = percent.to_string();
    let words = match percent {
        100.. => fill(text.checking, &[name]),
        _ => fill(text.sending, &[name, &number]),
    };
    let bar = el("progress")
        .class("usage-file__progress")
        .attr("max", "100")
        .attr("aria-label", text.title);
    let bar = match percent {
        100.. => bar,
        _ => bar.attr("value", number),
    };
    div("usage-file__sending")
        .child(p("usage-file__text").child(words))
        .child(bar)
}

/// The faults, line by line; shown until another file is chosen.
fn refused(name: &str, failure: &Failure) -> View {
    let text = messages::usage_file();
    let (why, request) = explain(failure);
    let title = fill(text.refused, &[name]);
    let head = banner(Tone::Failed, &title, &[&why, &request], None);
    let Failure::Refused(problem) = failure else {
        return head.into();
    };
    if problem.fields.is_empty() {
        return head.into();
    }
    let faults = problem.fields.iter().map(|fault| {
        el("li")
            .class("usage-file__fault")
            .child(span("usage-file__place").child(fault.field.as_str()))
            .child(span("usage-file__why").child(fault.message.as_str()))
    });
    let list = el("ul")
        .class("usage-file__faults")
        .attr("tabindex", "0")
        .attr("role", "list")
        .attr("aria-label", title)
        .children(faults);
    let more = (problem.fields.len() >= MOST_FAULTS).then(|| p("field__hint").child(text.more));
    many([head.into(), list.into(), more.into()])
}

fn ready(upload: UploadState, client: Client, staged: &Rc<StagedUsage>, loaders: Loaders) -> View {
    let text = messages::usage_file();
    let (to_apply, id) = (Rc::clone(staged), staged.id.clone());
    let apply = patient("button button--primary", text.apply, move || {
        matches!(upload.step.get(), Step::Applying(_))
    })
    .attr("type", "button")
    .on("click", move |_| {
        upload.apply(client, Rc::clone(&to_apply), loaders)
    });
    let discard = button("button")
        .attr("type", "button")
        .child(text.discard)
        .on("click", move |_| upload.discard(client, &id));
    let actions = div("card__foot").child(apply).child(discard);
    many([
        change(&upload.name.get_now(), staged).into(),
        actions.into(),
    ])
}

/// What the file would change.
fn change(name: &str, staged: &StagedUsage) -> Element {
    let text = messages::usage_file();
    let so_far = fill(text.users_detail, &[&format::count(staged.before.mau)]);
    let figures = [
        (text.users, staged.after.mau, so_far),
        (text.added, staged.added, text.added_detail.to_owned()),
        (
            text.corrected,
            staged.corrected,
            text.corrected_detail.to_owned(),
        ),
        (
            text.unchanged,
            staged.unchanged,
            text.unchanged_detail.to_owned(),
        ),
    ];
    let figures = figures.map(|(label, number, detail)| {
        div("figures__item")
            .child(dt("facts__label").child(label))
            .child(dd("facts__value").child(format::count(number)))
            .child(dd("facts__detail").child(detail))
    });
    let ready = fill(text.ready, &[name, &format::count(staged.rows)]);
    div("usage-file__change")
        .child(p("usage-file__text").child(ready))
        .child(dl("figures").children(figures))
}

/// The link that downloads the summary; nothing when the host uses tokens.
pub(super) fn download() -> View {
    let client: Client = shared();
    let link = client.usage_csv().map(|address| {
        el("a")
            .class("button button--small")
            .attr("href", address)
            .attr("download", "")
            .child(messages::usage_file().download)
    });
    link.into()
}

/// The file of an input. The input is emptied, so that the same file can be chosen again.
fn chosen(event: &Event) -> Option<File> {
    let input = event.target()?;
    let files = Reflect::get(&input, &JsValue::from_str("files")).ok()?;
    let file = Array::from(&files).get(0).dyn_into::<File>().ok();
    input.unchecked_ref::<HtmlInputElement>().set_value("");
    file
}
