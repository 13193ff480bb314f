//! Sign-in: shown whatever the address says, and the address stays.

use api::Code;
use api::session::SignIn;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::client::Client;
use crate::failure::Failure;
use crate::messages::messages;
use crate::navigation::Navigation;
use crate::session::Who;
use crate::trouble::explain;

pub mod state;

use state::{Missing, missing};

/// Sign-in.
#[component]
pub fn Screen() -> impl IntoView {
    let text = &messages().sign_in;
    let navigation = Navigation::here();
    request_animation_frame(move || {
        navigation.arrive(text.title);
    });
    view! {
        <main class="sign-in">
            <p class="sign-in__brand">
                <span class="shell__monogram" aria-hidden="true">"P"</span>
                {messages().shell.product}
            </p>
            <section class="card sign-in__card">
                <h1 class="sign-in__title" tabindex="-1">{text.title}</h1>
                <p class="sign-in__text">{text.text}</p>
                <Form />
            </section>
        </main>
    }
    .into_any()
}

#[component]
fn Form() -> impl IntoView {
    let text = &messages().sign_in;
    let client = expect_context::<Client>();
    let who = expect_context::<RwSignal<Who>>();
    let (email, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let lacks = RwSignal::new(None::<Missing>);
    let refused = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(email), Some(password)) = (email.get_untracked(), password.get_untracked())
        else {
            return;
        };
        let with = SignIn {
            email: email.value().trim().to_owned(),
            password: password.value(),
        };
        refused.set(None);
        lacks.set(missing(&with));
        match missing(&with) {
            Some(Missing::Email) => drop(email.focus()),
            Some(Missing::Password) => drop(password.focus()),
            None if busy.get_untracked() => {}
            None => {
                busy.set(true);
                spawn_local(async move {
                    match client.sign_in(&with).await {
                        Ok(session) => who.set(Who::Person(session)),
                        Err(failure) => {
                            busy.set(false);
                            refused.set(Some(failure));
                            drop(password.focus());
                        }
                    }
                });
            }
        }
    };
    view! {
        <form class="sign-in__form" novalidate on:submit=submit>
            <div role="alert">{move || refused.get().map(|failure| refusal(&failure))}</div>
            {field(Field { name: "email", kind: "email", label: text.email, complete: "username" }, email, Signal::derive(move || {
                (lacks.get() == Some(Missing::Email)).then_some(text.email_missing)
            }))}
            {field(Field { name: "password", kind: "password", label: text.password, complete: "current-password" }, password, Signal::derive(move || {
                (lacks.get() == Some(Missing::Password)).then_some(text.password_missing)
            }))}
            <button class="button button--primary button--wide" type="submit" aria-busy=move || busy.get().to_string()>
                <span class="button__stack">
                    <span class="button__label">{text.action}</span>
                    <span class="button__spinner"></span>
                </span>
            </button>
        </form>
    }
    .into_any()
}

fn refusal(failure: &Failure) -> AnyView {
    let (title, request) = match failure.code() {
        Some(Code::WrongCredentials) => (messages().sign_in.wrong.to_owned(), String::new()),
        _ => explain(failure),
    };
    view! {
        <p class="field__error">{title}</p>
        <p class="field__hint">{request}</p>
    }
    .into_any()
}

struct Field {
    name: &'static str,
    kind: &'static str,
    label: &'static str,
    complete: &'static str,
}

fn field(
    field: Field,
    input: NodeRef<html::Input>,
    error: Signal<Option<&'static str>>,
) -> AnyView {
    let (id, told) = (format!("sign-in-{}", field.name), format!("sign-in-{}-error", field.name));
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{field.label}</label>
            <input
                class="field__input"
                id=id
                name=field.name
                type=field.kind
                autocomplete=field.complete
                autocapitalize="none"
                required
                aria-invalid=move || error.get().is_some().to_string()
                aria-describedby=told.clone()
                node_ref=input
            />
            <p class="field__error" id=told>{move || error.get()}</p>
        </div>
    }
    .into_any()
}
