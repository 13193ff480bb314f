//! Wraps a view of this module as a view of Leptos.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types;
use leptos::tachys::view::{Mountable, Position, PositionState};
use send_wrapper::SendWrapper;
use web_sys::{DocumentFragment, Node};

use super::View;
use super::build_up::{Kept, put, remove};

/// The view of a whole app, for Leptos to mount.
#[derive(Debug)]
pub struct Root(SendWrapper<View>);

impl Root {
    pub fn new(view: View) -> Self {
        Self(SendWrapper::new(view))
    }
}

pub struct RootState {
    fragment: DocumentFragment,
    ends: Option<(Node, Node)>,
    kept: Kept,
}

impl std::fmt::Debug for RootState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootState")
    }
}

impl Render for Root {
    type State = RootState;

    fn build(self) -> RootState {
        let fragment = document().create_document_fragment();
        let mut kept = Kept::default();
        // Two comment nodes mark the ends, whatever is built and removed between them.
        let ends = ["", ""].map(|words| document().create_comment(words));
        let _ = fragment.append_child(&ends[0]);
        put(self.0.take(), &fragment, None, &mut kept);
        let _ = fragment.append_child(&ends[1]);
        let [first, last] = ends;
        RootState {
            fragment,
            ends: Some((first.into(), last.into())),
            kept,
        }
    }

    fn rebuild(self, state: &mut RootState) {
        let new = self.build();
        let mut old = std::mem::replace(state, new);
        old.insert_before_this(state);
        old.unmount();
    }
}

impl Mountable for RootState {
    fn unmount(&mut self) {
        self.kept = Kept::default();
        let Some((first, last)) = self.ends.take() else {
            return;
        };
        while let Some(next) = first.next_sibling().filter(|next| *next != last) {
            remove(&next);
        }
        remove(&first);
        remove(&last);
    }

    fn mount(&mut self, parent: &types::Element, marker: Option<&types::Node>) {
        let _ = parent.insert_before(&self.fragment, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let first = self.ends.as_ref().map(|(first, _)| first);
        match first.and_then(|first| Some((first, first.parent_element()?))) {
            Some((first, parent)) => {
                child.mount(&parent, Some(first));
                true
            }
            None => false,
        }
    }

    fn elements(&self) -> Vec<types::Element> {
        Vec::new()
    }
}

impl leptos::tachys::view::add_attr::AddAnyAttr for Root {
    type Output<SomeNewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _attr: NewAttr) -> Self {
        self
    }
}

/// The app runs only in browsers, so nothing is rendered on a server or hydrated.
impl RenderHtml for Root {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _buf: &mut String,
        _position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _extra_attrs: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        _cursor: &Cursor,
        _position: &PositionState,
    ) -> RootState {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
