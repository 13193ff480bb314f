//! Data from the backend: loading, loaded, or failed.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;

use api::Code;
use leptos::prelude::*;

use crate::browser::online::Online;
use crate::client::failure::Failure;
use crate::client::session::Who;
use crate::view::{Live, spawn, watch};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load<T> {
    /// The request was sent.
    Waiting,
    /// The data arrived.
    Ready(Rc<T>),
    /// The request failed.
    Failed(Failure),
}

impl<T> Load<T> {
    /// The data, if it is loaded.
    pub fn ready(&self) -> Option<&Rc<T>> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Waiting | Self::Failed(_) => None,
        }
    }
}

/// Loads data, and again on request. A response to an earlier request than the latest is dropped.
#[derive(Debug)]
pub struct Loader<T> {
    loading: Loading,
    gives: PhantomData<fn() -> T>,
}

impl<T> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loader<T> {}

impl<T: 'static> Loader<T> {
    /// Starts to load at once.
    pub fn new<F>(ask: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let ask = move || -> Answer {
            let answer = ask();
            Box::pin(async move { Ok(Rc::new(answer.await?) as Rc<dyn Any>) })
        };
        Self {
            loading: Loading::start(Rc::new(ask)),
            gives: PhantomData,
        }
    }

    /// The state; a reader is notified when it changes.
    pub fn get(self) -> Load<T> {
        match self.loading.state.get() {
            State::Waiting => Load::Waiting,
            State::Failed(failure) => Load::Failed(failure),
            State::Ready(value) => value.downcast().map_or(Load::Waiting, Load::Ready),
        }
    }

    /// Sets data that was received by another request.
    pub fn set(self, value: T) {
        self.loading.settle(Ok(Rc::new(value)));
    }

    /// Loads again. Loaded data stays until the response arrives; a failure is replaced by loading.
    pub fn again(self) {
        self.loading.again();
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Rc<dyn Any>, Failure>>>>;
type Ask = Rc<dyn Fn() -> Answer>;

#[derive(Clone, Default)]
enum State {
    #[default]
    Waiting,
    Ready(Rc<dyn Any>),
    Failed(Failure),
}

/// A loader without its type, so that its code is in the binary once.
#[derive(Debug, Clone, Copy)]
struct Loading {
    state: Live<State>,
    turn: Live<u32>,
    ask: StoredValue<Ask, LocalStorage>,
}

impl Loading {
    fn start(ask: Ask) -> Self {
        let loading = Self {
            state: Live::new(State::Waiting),
            turn: Live::new(0),
            ask: StoredValue::new_local(ask),
        };
        loading.again();
        loading.ask_after_sign_in();
        loading.ask_when_online();
        loading
    }

    /// Loads again when the browser is online, if the request failed while it was offline.
    fn ask_when_online(self) {
        let Some(online) = use_context::<Online>() else {
            return;
        };
        let was_offline = Live::new(false);
        watch(move || {
            if !online.get() {
                was_offline.set(true);
            } else if was_offline.get_now() {
                was_offline.set(false);
                if matches!(self.state.get_now(), State::Failed(_)) {
                    self.again();
                }
            }
        });
    }

    /// Loads again after its person has signed in again over the open page.
    fn ask_after_sign_in(self) {
        let Some(who) = use_context::<Live<Who>>() else {
            return;
        };
        let lapsed = Live::new(false);
        watch(move || match who.get() {
            Who::Lapsed(_) => {
                lapsed.set(true);
            }
            Who::Person(_) if lapsed.get_now() => {
                lapsed.set(false);
                self.again();
            }
            Who::Unknown | Who::Nobody | Who::Person(_) | Who::Failed(_) => {}
        });
    }

    fn again(self) {
        let Some(ask) = self.ask.try_get_value() else {
            return;
        };
        if matches!(self.state.get_now(), State::Failed(_)) {
            self.state.set(State::Waiting);
        }
        let turn = self.turn.get_now() + 1;
        self.turn.set(turn);
        let answer = ask();
        spawn(async move {
            let answer = answer.await;
            if self.turn.try_get_now() == Some(turn) {
                self.settle(answer);
            }
        });
    }

    fn settle(self, answer: Result<Rc<dyn Any>, Failure>) {
        self.turn.update(|turn| *turn += 1);
        let lapsed = |failure: &Failure| failure.code() == Some(Code::NotSignedIn);
        if answer.as_ref().is_err_and(lapsed) && matches!(self.state.get_now(), State::Ready(_)) {
            return;
        }
        self.state.set(match answer {
            Ok(value) => State::Ready(value),
            Err(failure) => State::Failed(failure),
        });
    }
}

/// Both, once both are loaded; the first failure otherwise.
pub fn both<T, U>(one: Load<T>, two: Load<U>) -> Load<(Rc<T>, Rc<U>)> {
    match (one, two) {
        (Load::Ready(one), Load::Ready(two)) => Load::Ready(Rc::new((one, two))),
        (Load::Failed(failure), _) | (_, Load::Failed(failure)) => Load::Failed(failure),
        _ => Load::Waiting,
    }
}
