//! Something on its way from the backend: waiting, there, or failed.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::failure::Failure;

/// Something on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load<T> {
    /// It has been asked for.
    Waiting,
    /// It is there.
    Ready(T),
    /// It will not come.
    Failed(Failure),
}

impl<T> Load<T> {
    /// Both, once both are there; the first failure of the two.
    pub fn with<U>(self, other: Load<U>) -> Load<(T, U)> {
        match (self, other) {
            (Self::Ready(one), Load::Ready(two)) => Load::Ready((one, two)),
            (Self::Failed(failure), _) | (_, Load::Failed(failure)) => Load::Failed(failure),
            _ => Load::Waiting,
        }
    }
}

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;
type Ask<T> = Rc<dyn Fn() -> Answer<T>>;

/// Asks, keeps the answer, and asks again on request. An answer that was overtaken is dropped.
#[derive(Debug)]
pub struct Loader<T: Send + Sync + 'static> {
    state: RwSignal<Load<T>>,
    ask: StoredValue<Ask<T>, LocalStorage>,
    turn: StoredValue<u32>,
}

impl<T: Send + Sync> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Loader<T> {}

impl<T: Clone + Send + Sync> Loader<T> {
    /// Asks at once.
    pub fn new<F>(ask: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let loader = Self {
            state: RwSignal::new(Load::Waiting),
            ask: StoredValue::new_local(Rc::new(move || Box::pin(ask()))),
            turn: StoredValue::new(0),
        };
        loader.again();
        loader
    }

    /// Where it stands.
    pub fn get(self) -> Load<T> {
        self.state.get()
    }

    /// Puts in what is known from elsewhere.
    pub fn set(self, value: T) {
        self.turn.update_value(|turn| *turn += 1);
        self.state.set(Load::Ready(value));
    }

    /// Asks again. What is there stays until the answer comes; a failure makes room for waiting.
    pub fn again(self) {
        let Some(ask) = self.ask.try_get_value() else {
            return;
        };
        if matches!(*self.state.read_untracked(), Load::Failed(_)) {
            self.state.set(Load::Waiting);
        }
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        spawn_local(async move {
            let answer = ask().await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.state.try_set(match answer {
                Ok(value) => Load::Ready(value),
                Err(failure) => Load::Failed(failure),
            });
        });
    }
}
