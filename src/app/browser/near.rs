//! When an element comes near the visible part of the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::js_sys::Array;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// How near.
const MARGIN: &str = "0px 0px 64px 0px";

/// Calls back once, when the element comes near; at once in a browser that cannot observe that.
pub fn when_near(element: &Element, act: impl Fn() + 'static) {
    let act = std::rc::Rc::new(act);
    let near = std::rc::Rc::clone(&act);
    let observe = Closure::<dyn FnMut(Array, IntersectionObserver)>::new(
        move |entries: Array, observer: IntersectionObserver| {
            let is_near = |entry: wasm_bindgen::JsValue| {
                entry
                    .unchecked_into::<IntersectionObserverEntry>()
                    .is_intersecting()
            };
            if entries.iter().any(is_near) {
                observer.disconnect();
                near();
            }
        },
    );
    let options = IntersectionObserverInit::new();
    options.set_root_margin(MARGIN);
    let callback = observe.as_ref().unchecked_ref();
    match IntersectionObserver::new_with_options(callback, &options) {
        Ok(observer) => {
            observer.observe(element);
            let kept = send_wrapper::SendWrapper::new((observer, observe));
            on_cleanup(move || {
                let (observer, _observe) = kept.take();
                observer.disconnect();
            });
        }
        Err(_) => act(),
    }
}
