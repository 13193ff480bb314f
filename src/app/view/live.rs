//! Signals, effects and tasks of one type each, whatever they hold or do.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::HtmlElement;

/// A value that can be watched. A copy is the same value.
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
    /// A value to begin with.
    pub fn new(value: T) -> Self {
        Self {
            signal: start(Rc::new(value)),
            holds: PhantomData,
        }
    }

    /// The value; whoever asks is told when it changes. None once its owner is gone.
    pub fn try_get(self) -> Option<T> {
        read(self.signal).and_then(|value| value.downcast_ref::<T>().cloned())
    }

    /// The value, for whoever only wants to know it now. None once its owner is gone.
    pub fn try_get_now(self) -> Option<T> {
        peek(self.signal).and_then(|value| value.downcast_ref::<T>().cloned())
    }

    /// Another value. Gives whether anybody is left to see it.
    pub fn set(self, value: T) -> bool {
        write(self.signal, Rc::new(value))
    }
}

impl<T: Clone + Default + 'static> Live<T> {
    /// The value; whoever asks is told when it changes.
    pub fn get(self) -> T {
        self.try_get().unwrap_or_default()
    }

    /// The value, for whoever only wants to know it now.
    pub fn get_now(self) -> T {
        self.try_get_now().unwrap_or_default()
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_now();
        change(&mut value);
        self.set(value);
    }
}

impl<T: Clone + PartialEq + 'static> Live<T> {
    /// Another value, unless it is the same.
    pub fn set_if_other(self, value: T) {
        if self.try_get_now().as_ref() != Some(&value) {
            self.set(value);
        }
    }
}

/// A value that follows signals, and tells only when it has become another. Whoever makes it does not
/// follow them itself.
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

/// The element that a view became, once it is built.
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

    /// The element; whoever asks is told when it is built.
    pub fn get(self) -> Option<HtmlElement> {
        self.0.get()
    }

    /// The element, now.
    pub fn get_now(self) -> Option<HtmlElement> {
        self.0.get_now()
    }

    /// Whether it has the keyboard.
    pub fn has_focus(self) -> bool {
        let active = document().active_element();
        active.is_some_and(|active| self.get_now().is_some_and(|element| *element == active))
    }

    /// Gives it the keyboard.
    pub fn focus(self) {
        if let Some(element) = self.get_now() {
            let _ = element.focus();
        }
    }
}

/// Acts now, and whenever a signal that it read changes.
pub fn watch(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    start_watching(act);
}

fn start_watching(act: Box<dyn Fn()>) {
    Effect::new(move |_: Option<()>| act());
}

/// Does something that takes a while.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    leptos::task::spawn_local(task);
}
