//! Change Plan: the choice on one side, its price on the other, in the same frame.

use api::quote::list_of;
use api::subscription::Subscription;
use api::usage::Usage;
use billing::PriceBook;
use leptos::prelude::*;

use crate::client::Client;
use crate::failure::Failure;
use crate::icon::{Icon, Sign};
use crate::load::{Load, Loader};
use crate::messages::messages;
use crate::navigation::{NavLink, Navigation, Step};
use crate::root::show;
use crate::route::{Choice, Page};
use crate::session::Who;
use crate::shell::PageHead;
use crate::trouble::{Trouble, bones};

mod changed;
mod done;
mod expected;
pub mod order;
mod ordering;
mod outcome;
mod price;
pub mod state;
mod tiers;

use order::Phase;
use ordering::Ordering;

/// What the parts of the screen share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared {
    subscription: Loader<Subscription>,
    book: Loader<PriceBook>,
    usage: Loader<Usage>,
    ordering: Ordering,
    /// The users that are expected; none until they are known.
    expected: RwSignal<Option<u64>>,
}

impl Shared {
    /// Asks again for everything that a price depends on.
    fn refresh(self) {
        self.subscription.again();
        self.book.again();
        self.usage.again();
    }

    /// What is chosen, made good against the price list.
    fn choice(self, book: &PriceBook, subscription: &Subscription) -> Option<Choice> {
        let wanted = match Navigation::here().page() {
            Page::ChangePlan(wanted) => wanted,
            _ => None,
        };
        state::choice(list_of(book, subscription).ok()?, wanted)
    }
}

/// Change Plan.
#[component]
pub fn Screen() -> impl IntoView {
    let client = expect_context::<Client>();
    let who = expect_context::<RwSignal<Who>>();
    let user_id = match who.get_untracked() {
        Who::Person(session) => session.user_id,
        _ => String::new(),
    };
    let subscription = Loader::new(move || client.subscription());
    let shared = Shared {
        subscription,
        book: Loader::new(move || client.price_book()),
        usage: Loader::new(move || client.usage()),
        ordering: Ordering::new(client, user_id, subscription),
        expected: RwSignal::new(None),
    };
    shared.ordering.resume();
    let phase = shared.ordering.phase();
    let is_done = Memo::new(move |_| matches!(phase.get(), Phase::Accepted(_)));
    let back = view! {
        <NavLink to=Page::MyPlan class="page-head__link"><Icon sign=Sign::Back />{messages().plan.title}</NavLink>
    };
    view! {
        <PageHead title=messages().change.title back=back.into_any() />
        {move || if is_done.get() {
            done::done(shared.ordering)
        } else {
            view! { <Choose shared /> }.into_any()
        }}
        {changed::dialog(shared)}
    }
    .into_any()
}

#[component]
fn Choose(shared: Shared) -> impl IntoView {
    let navigation = Navigation::here();
    provide_context(navigation);
    let both = Memo::new(move |_| shared.subscription.get().with(shared.book.get()));
    // A price list of another version than the subscription's is asked for again, once.
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        if let Load::Ready((subscription, book)) = both.get()
            && list_of(&book, &subscription).is_err()
            && !asked.get_value()
        {
            asked.set_value(true);
            shared.book.again();
        }
    });
    let failed = move |failure| trouble(failure, shared);
    view! {
        <div class="columns change-plan">
            <div class="columns__part">
                {move || show(both.get(), choice_bones, |(subscription, book)| {
                    tiers::tiers(shared, subscription, book)
                }, failed)}
            </div>
            <div class="columns__part change-plan__side">
                {move || show(both.get(), price_bones, |(subscription, book)| {
                    price::price(shared, subscription, book)
                }, |_| ().into_any())}
            </div>
        </div>
    }
    .into_any()
}

/// Puts a choice into the address.
pub(crate) fn choose(navigation: Navigation, choice: Choice) {
    navigation.go(&Page::ChangePlan(Some(choice)), Step::Replace);
}

fn trouble(failure: Failure, shared: Shared) -> AnyView {
    view! {
        <section class="card">
            <Trouble
                title=messages().failure.loading_plan
                failure
                retry=Callback::new(move |()| shared.refresh())
            />
        </section>
    }
    .into_any()
}

fn choice_bones() -> AnyView {
    bones(&["title", "row", "row", "row", "row", "row", "row", "row", "row"])
}

fn price_bones() -> AnyView {
    bones(&["title", "row", "row", "row", "row", "row"])
}
