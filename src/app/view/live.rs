//! Signals, effects and tasks, each of one type for every value, to keep the binary small.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::HtmlElement;

/// A signal. A copy is the same signal.
pub struct Live<T> {
    signal: RwSignal<Rc<dyn Any>, LocalStorage>,
    holds: PhantomData<fn() -> T>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Live<T> {}

impl<T> std::fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Live")
    }
}

impl<T: Clone + 'static> Live<T> {
    /// A signal with an initial value.
    pub fn new(value: T) -> Self {
        Self {
            signal: start(Rc::new(value)),
            holds: PhantomData,
        }
    }

    /// The value, tracked by the current effect. `None` after its owner was disposed.
    pub fn try_get(self) -> Option<T> {
        read(self.signal).and_then(|value| value.downcast_ref::<T>().cloned())
    }

    /// The value, read without tracking. `None` after its owner was disposed.
    pub fn try_get_now(self) -> Option<T> {
        peek(self.signal).and_then(|value| value.downcast_ref::<T>().cloned())
    }

    /// Sets the value. Returns whether the signal still exists.
    pub fn set(self, value: T) -> bool {
        write(self.signal, Rc::new(value))
    }
}

impl<T: Clone + Default + 'static> Live<T> {
    /// The value, tracked by the current effect.
    pub fn get(self) -> T {
        self.try_get().unwrap_or_default()
    }

    /// The value, read without tracking.
    pub fn get_now(self) -> T {
        self.try_get_now().unwrap_or_default()
    }

    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_now();
        change(&mut value);
        self.set(value);
    }
}

impl<T: Clone + PartialEq + 'static> Live<T> {
    /// Sets the value, unless it is equal to the current one.
    pub fn set_if_other(self, value: T) {
        if self.try_get_now().as_ref() != Some(&value) {
            self.set(value);
        }
    }
}

/// A signal derived from others, which changes only when its value is another one. The effect that
/// calls this does not track those signals.
pub fn follow<T: Clone + PartialEq + 'static>(value: impl Fn() -> T + 'static) -> Live<T> {
    let followed = Live::new(untrack(&value));
    watch(move || followed.set_if_other(value()));
    followed
}

fn start(value: Rc<dyn Any>) -> RwSignal<Rc<dyn Any>, LocalStorage> {
    RwSignal::new_local(value)
}

fn read(signal: RwSignal<Rc<dyn Any>, LocalStorage>) -> Option<Rc<dyn Any>> {
    signal.try_get()
}

fn peek(signal: RwSignal<Rc<dyn Any>, LocalStorage>) -> Option<Rc<dyn Any>> {
    signal.try_get_untracked()
}

fn write(signal: RwSignal<Rc<dyn Any>, LocalStorage>, value: Rc<dyn Any>) -> bool {
    signal.try_set(value).is_none()
}

/// A reference to the element that a view was built into.
#[derive(Debug, Clone, Copy)]
pub struct Slot(Live<Option<HtmlElement>>);

impl Default for Slot {
    fn default() -> Self {
        Self(Live::new(None))
    }
}

impl Slot {
    pub(super) fn fill(self, element: HtmlElement) {
        self.0.set(Some(element));
    }

    /// The element; a reader is notified when it is built.
    pub fn get(self) -> Option<HtmlElement> {
        self.0.get()
    }

    /// The element, read without tracking.
    pub fn get_now(self) -> Option<HtmlElement> {
        self.0.get_now()
    }

    /// Whether the element has the focus.
    pub fn has_focus(self) -> bool {
        let active = document().active_element();
        active.is_some_and(|active| self.get_now().is_some_and(|element| *element == active))
    }

    /// Focuses the element.
    pub fn focus(self) {
        if let Some(element) = self.get_now() {
            let _ = element.focus();
        }
    }
}

/// Runs `act` now, and whenever a signal that it read changes.
pub fn watch(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    start_watching(act);
}

fn start_watching(act: Box<dyn Fn()>) {
    Effect::new(move |_: Option<()>| act());
}

/// Runs a future until it ends.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    leptos::task::spawn_local(task);
}
