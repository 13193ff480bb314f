//! Something on its way from the backend: waiting, there, or failed.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use leptos::prelude::*;

use crate::failure::Failure;
use crate::view::{Live, spawn};

/// Something on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load<T> {
    /// It has been asked for.
    Waiting,
    /// It is there.
    Ready(Rc<T>),
    /// It will not come.
    Failed(Failure),
}

impl<T> Default for Load<T> {
    fn default() -> Self {
        Self::Waiting
    }
}

impl<T> Load<T> {
    /// What is there.
    #[must_use]
    pub fn ready(&self) -> Option<&Rc<T>> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Waiting | Self::Failed(_) => None,
        }
    }
}

/// Asks, keeps the answer, and asks again on request. An answer that was overtaken is dropped.
#[derive(Debug)]
pub struct Loader<T: 'static> {
    state: Live<Load<T>>,
    ask: StoredValue<Rc<dyn Fn(Loader<T>, u32)>, LocalStorage>,
    turn: StoredValue<Rc<Cell<u32>>, LocalStorage>,
}

impl<T> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loader<T> {}

impl<T: Clone + 'static> Loader<T> {
    /// Asks at once.
    pub fn new<F>(ask: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let ask = move |loader: Self, turn: u32| {
            let answer = ask();
            spawn(async move { loader.answer(turn, answer.await) });
        };
        let loader = Self {
            state: Live::new(Load::Waiting),
            ask: StoredValue::new_local(Rc::new(ask)),
            turn: StoredValue::new_local(Rc::default()),
        };
        loader.again();
        loader
    }

    /// Where it stands; whoever asks is told when it changes.
    #[must_use]
    pub fn get(self) -> Load<T> {
        self.state.get()
    }

    /// Puts in what is known from elsewhere.
    pub fn set(self, value: T) {
        self.next_turn();
        self.state.set(Load::Ready(Rc::new(value)));
    }

    /// Asks again. What is there stays until the answer comes; a failure makes room for waiting.
    pub fn again(self) {
        if matches!(self.state.get_now(), Load::Failed(_)) {
            self.state.set(Load::Waiting);
        }
        if let Some((ask, turn)) = self.ask.try_get_value().zip(self.next_turn()) {
            ask(self, turn);
        }
    }

    fn next_turn(self) -> Option<u32> {
        let turn = self.turn.try_get_value()?;
        turn.set(turn.get() + 1);
        Some(turn.get())
    }

    fn answer(self, turn: u32, answer: Result<T, Failure>) {
        if self.turn.try_get_value().map(|turn| turn.get()) == Some(turn) {
            self.state.set(match answer {
                Ok(value) => Load::Ready(Rc::new(value)),
                Err(failure) => Load::Failed(failure),
            });
        }
    }
}

/// Both, once both are there; the first failure of the two.
#[must_use]
pub fn both<T, U>(one: Load<T>, two: Load<U>) -> Load<(Rc<T>, Rc<U>)> {
    match (one, two) {
        (Load::Ready(one), Load::Ready(two)) => Load::Ready(Rc::new((one, two))),
        (Load::Failed(failure), _) | (_, Load::Failed(failure)) => Load::Failed(failure),
        _ => Load::Waiting,
    }
}
