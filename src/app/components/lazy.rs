//! Code that is loaded when it is first needed. In the release each piece of the app is a wasm file of
//! its own (`public/pieces.js` loads it); without the feature `split` everything is in one module.

use crate::client::failure::Failure;
use crate::client::load::{Load, Loader};
use crate::components::error_card::error_card;
use crate::messages;
use crate::view::{View, live};

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
