//! `prorata close-month`.

use super::log::{self, Format};
use super::{CloseMonth, Failed, open};
use crate::invoicing::month::Closed;
use crate::jobs::close_everywhere;

pub(super) async fn close_month(options: CloseMonth) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let services = options.environment.services(store).await?;
    let report = close_everywhere(&services, options.month).await?;
    for (id, outcome) in &report.organizations {
        println!("{id}: {}", line(outcome));
    }
    services.store.close().await;
    if report.is_complete() {
        return Ok(());
    }
    Err(Failed(
        "the month is not closed for every organization".to_owned(),
    ))
}

fn line(outcome: &Result<Closed, crate::foundation::error::Error>) -> String {
    match outcome {
        Ok(Closed::Now(Some(number))) => format!("closed, invoice {number}"),
        Ok(Closed::Now(None)) => "closed, nothing to invoice".to_owned(),
        Ok(Closed::Before) => "was closed before".to_owned(),
        Ok(Closed::NotOver) => "this month has not ended yet".to_owned(),
        Ok(Closed::OutOfOrder(open)) => format!("the month of {} is still open", open.start()),
        Ok(Closed::PaymentPending) => "waits for a payment that has not ended".to_owned(),
        Err(cause) => format!("failed: {cause}"),
    }
}
