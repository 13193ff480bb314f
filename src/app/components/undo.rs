//! Withdrawing a scheduled change.

use api::plan::subscription::Subscription;
use billing::PlanChangeId;

use crate::browser::online::Online;
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::load::Loader;
use crate::components::error_card::explain;
use crate::components::feedback::live_region::said;
use crate::components::feedback::toast::Toasts;
use crate::components::form::button::patient;
use crate::components::page_head::Title;
use crate::messages;
use crate::view::{Element, Live, p, shared, spawn};

/// The withdrawal of a scheduled change.
#[derive(Debug, Clone)]
pub struct Undo {
    id: PlanChangeId,
    loader: Loader<Subscription>,
    news: String,
    busy: Live<bool>,
    failed: Live<Option<Failure>>,
}

impl Undo {
    /// For the change with this id; `news` is the toast after it is withdrawn.
    pub fn new(id: PlanChangeId, loader: Loader<Subscription>, news: String) -> Self {
        Self {
            id,
            loader,
            news,
            busy: Live::new(false),
            failed: Live::new(None),
        }
    }

    /// The button that withdraws the change.
    pub fn button(&self, class: &str) -> Element {
        let (client, online, toasts) = (shared::<Client>(), shared::<Online>(), shared::<Toasts>());
        let page: Title = shared();
        let (undo, busy) = (self.clone(), self.busy);
        let reason = move || (!online.get()).then_some(messages::shell().offline_reason);
        patient(class, messages::plan().undo, move || busy.get())
            .attr("type", "button")
            .flag("aria-disabled", move || !online.get())
            .attr_live("title", reason)
            .on("click", move |_| {
                if !busy.get_now() && online.get_now() {
                    undo.clone().run(client, toasts, page);
                }
            })
    }

    /// Why the change could not be withdrawn; nothing before a failure.
    pub fn error_card(&self) -> Element {
        let failed = self.failed;
        said("alert", move || {
            failed.get().map(|failure| {
                let (why, request) = explain(&failure);
                let words = format!("{}. {why} {request}", messages::plan().undo_failed);
                p("field__error").child(words)
            })
        })
    }

    fn run(self, client: Client, toasts: Toasts, page: Title) {
        self.busy.set(true);
        self.failed.set(None);
        spawn(async move {
            let answer = client.withdraw(&self.id).await;
            self.busy.set(false);
            match answer {
                Ok(subscription) => {
                    toasts.say(self.news);
                    self.loader.set(subscription);
                    page.focus();
                }
                // Another person withdrew it first; the reloaded subscription shows that.
                Err(failure) if failure.code() == Some(api::Code::NotScheduled) => {
                    self.loader.again();
                }
                Err(failure) => {
                    self.failed.set(Some(failure));
                }
            }
        });
    }
}
