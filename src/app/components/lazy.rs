//! Code that is loaded when it is first needed. In the release each piece of the app is a wasm file of
//! its own (`public/pieces.js` loads it); without the feature `split` everything is in one module.

use crate::browser::near::when_near;
use crate::client::failure::Failure;
use crate::client::load::{Load, Loader};
use crate::components::error_card::error_card;
use crate::messages;
use crate::view::{Live, Slot, View, div, live, watch};

/// Defines an async function that loads a piece and returns a value of it: a pointer to a function whose
/// code is in the piece.
macro_rules! lazy {
    ($(#[$doc:meta])* $vis:vis fn $name:ident() -> $value:ty { $code:expr } in $piece:ident) => {
        $(#[$doc])*
        $vis async fn $name() -> Result<$value, $crate::client::failure::Failure> {
            #[cfg_attr(
                feature = "split",
                leptos::wasm_split::wasm_split($piece, wasm_split_path = ::leptos::wasm_split, fallible)
            )]
            fn $name() -> Result<$value, $crate::client::failure::Failure> {
                Ok($code)
            }
            #[cfg(feature = "split")]
            let loaded = $name().await;
            #[cfg(not(feature = "split"))]
            let loaded = $name();
            loaded
        }
    };
}

pub(crate) use lazy;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for Failure {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self::NoPiece
    }
}

/// A view that a piece builds, without which the page is whole: nothing until the piece is there, and
/// nothing when it cannot be loaded.
pub(crate) fn lazy_extra<T, F>(
    load: impl Fn() -> F + 'static,
    build: impl Fn(&T) -> View + 'static,
) -> View
where
    T: 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let piece = Loader::new(load);
    live(move || piece.get().ready().map(|loaded| build(loaded)))
}

/// As [`lazy_view`], once the place of the view comes near the visible part of the page. Until then the
/// place is empty. `is_near` outlives the view: one that is rebuilt is there at once.
pub(crate) fn lazy_near<T, F>(
    is_near: Live<bool>,
    load: impl Fn() -> F + Copy + 'static,
    waiting: impl Fn() -> View + Copy + 'static,
    build: impl Fn(&T) -> View + Clone + 'static,
) -> View
where
    T: 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let place = Slot::default();
    watch(move || {
        if let Some(place) = place.get() {
            when_near(&place, move || is_near.set_if_other(true));
        }
    });
    live(move || match is_near.get() {
        true => lazy_view(load, waiting, build.clone()),
        false => div("lazy").slot(place).into(),
    })
}

/// A view that a piece builds; `waiting` until the piece is there.
pub(crate) fn lazy_view<T, F>(
    load: impl Fn() -> F + 'static,
    waiting: impl Fn() -> View + 'static,
    build: impl Fn(&T) -> View + 'static,
) -> View
where
    T: 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let piece = Loader::new(load);
    live(move || match piece.get() {
        Load::Waiting => waiting(),
        Load::Ready(loaded) => build(&loaded),
        Load::Failed(failure) => {
            let title = messages::failure().loading_piece;
            error_card(title, &failure, move || piece.again())
        }
    })
}
