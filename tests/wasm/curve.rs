//! A cost curve: thousands of previews of one order, over usage and day.

use billing::catalog::price_book::ESSENTIALS_2025;
use billing::metering::usage::Metered;
use billing::pricing::change::Refusal;
use billing::pricing::quote::Order;
use billing::pricing::subscription::Scheduled;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{
    AddOnId, BillingCycle, BillingPeriod, CurrencyCode, Derivations, OutOfRange, PlanChange,
    PriceBook, PriceList, PricedAccount, Subscription,
};
use chrono::{Datelike, NaiveDate};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// From 20,000 to 40,000 in rupees with one add-on, on each day of June 2026.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Curve {
    book: PriceBook,
    subscription: Subscription,
}

#[wasm_bindgen]
impl Curve {
    /// Parses the price book.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, JsError> {
        let subscription = Subscription {
            tier: 20_000,
            add_ons: [AddOnId::new("cloud-export")].into(),
            scheduled: Scheduled::default(),
        };
        let book = PriceBook::parse(ESSENTIALS_2025)?;
        Ok(Self { book, subscription })
    }

    /// The sum of the paise of this many previews: the n-th is on day n mod 30, for 20,000 + 7 n users. Of
    /// each preview the overage, what is due now and the next invoice count.
    pub fn paise(&self, previews: u64) -> Result<u64, JsError> {
        let days = NaiveDate::from_ymd_opt(2026, 6, 1).map(|first| first.iter_days());
        let days = days.into_iter().flatten();
        let june: Vec<NaiveDate> = days.take_while(|day| day.month() == 6).collect();
        let change = PlanChange::to_tier(40_000);
        let list = self.book.list(CurrencyCode::INR).ok_or(OutOfRange)?;
        let order = |day: &NaiveDate| {
            let account = self.account(list, *day)?;
            Order::of(&account, &change, Derivations::Omitted)
        };
        let orders = june.iter().map(order).collect::<Result<Vec<_>, _>>()?;
        Ok(total(&orders, previews)?)
    }

    fn account<'a>(
        &'a self,
        list: &'a PriceList,
        day: NaiveDate,
    ) -> Result<PricedAccount<'a>, Refusal> {
        Ok(PricedAccount {
            list,
            subscription: &self.subscription,
            cycle: BillingCycle::monthly(BillingPeriod::of(day).ok_or(Refusal::InvalidDate)?),
            annual_offered: false,
            metered: Metered::default(),
            add_on_use: billing::AddOnUse::NONE,
            places: Some(TaxPlaces {
                supplier: StateCode::MAHARASHTRA,
                customer: StateCode::MAHARASHTRA,
            }),
            day,
        })
    }
}

fn total(orders: &[Order<'_>], previews: u64) -> Result<u64, Refusal> {
    let mut sum = 0_i64;
    for (order, n) in orders.iter().cycle().zip(0..previews) {
        let totals = order.totals(Metered {
            mau: 20_000 + 7 * n,
            data_points: 0,
        })?;
        for amount in [
            totals.overage,
            totals.due_now.total,
            totals.next_invoice.total,
        ] {
            sum = sum.checked_add(amount.minor()).ok_or(OutOfRange)?;
        }
    }
    Ok(u64::try_from(sum).map_err(|_| OutOfRange)?)
}
