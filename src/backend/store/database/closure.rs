//! A transaction that is written where it is used: an async closure instead of a struct.

use std::marker::PhantomData;

use crate::foundation::error::Error;
use crate::store::{Changes, Store, Tx, Work};

/// An async closure over the transaction. `AsyncFn` cannot say that its future is `Send`, which a task
/// needs; this trait names the future, so it can. The compiler finds it when the closure's parameter has
/// its type: `async move |tx: &mut Tx| …`.
pub trait Closure<'t, T>: FnOnce(&'t mut Tx) -> Self::Running {
    type Running: Future<Output = Result<T, Error>> + Send + 't;
}

impl<'t, T, F, R> Closure<'t, T> for F
where
    F: FnOnce(&'t mut Tx) -> R,
    R: Future<Output = Result<T, Error>> + Send + 't,
{
    type Running = R;
}

/// Each attempt runs a clone of the closure, which consumes what it has captured.
struct ClosureWork<F, T> {
    changes: Changes,
    closure: F,
    output: PhantomData<fn() -> T>,
}

impl<F, T> Work for ClosureWork<F, T>
where
    F: for<'t> Closure<'t, T> + Clone + Send + Sync + 'static,
    T: Send + 'static,
{
    type Output = T;

    fn changes(&self) -> Changes {
        self.changes.clone()
    }

    async fn run(&self, tx: &mut Tx) -> Result<T, Error> {
        let closure = self.closure.clone();
        closure(tx).await
    }
}

impl Store {
    /// Runs a closure as a write transaction, as [`Store::write`] runs a [`Work`]: it may run more than
    /// once. An organization's id alone stands for [`Changes::Organization`].
    ///
    /// # Errors
    /// What the closure refuses; a store that is unavailable, or conflicts in every attempt.
    pub async fn transaction<T, F>(
        &self,
        changes: impl Into<Changes>,
        closure: F,
    ) -> Result<T, Error>
    where
        F: for<'t> Closure<'t, T> + Clone + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.write(ClosureWork {
            changes: changes.into(),
            closure,
            output: PhantomData,
        })
        .await
    }
}
