//! Deletes abandoned files, and rows that a file has replaced, in small transactions.

use super::checking::PAGE;
use super::{SILENCE, WAITING, clock, gently};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::Tx;
use crate::store::invoices::closings;
use crate::store::usage::imports::{self, State};
use crate::store::usage::staging;
use billing::OrganizationId;

/// Discards every file without a write for too long: its program was killed, or its person left.
pub async fn sweep(services: &Services) -> Result<usize, Error> {
    let mut tx = services.store.reading().await?;
    let mut silent = imports::silent_since(&mut tx, State::Staging, clock() - SILENCE).await?;
    silent.extend(imports::silent_since(&mut tx, State::Ready, clock() - WAITING).await?);
    drop(tx);
    for (organization_id, id) in &silent {
        discard(services, organization_id, id).await?;
    }
    Ok(silent.len())
}

/// Discards a file that is not applied, with all its rows.
pub async fn discard(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<(), Error> {
    page_by_page(services, organization_id, id, Clearing::File).await?;
    let (organization_id, id) = (organization_id.clone(), id.to_owned());
    services
        .store
        .transaction(organization_id.clone(), async move |tx: &mut Tx| {
            imports::forget(tx, &organization_id, &id).await
        })
        .await
}

/// Deletes the rows that a file has replaced. They no longer count.
pub(super) async fn clear_replaced(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<(), Error> {
    page_by_page(services, organization_id, id, Clearing::Replaced).await
}

/// Which rows are deleted.
#[derive(Debug, Clone, Copy)]
enum Clearing {
    /// The rows of a file that is not applied.
    File,
    /// The rows that an applied file has replaced.
    Replaced,
}

async fn page_by_page(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
    what: Clearing,
) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let mut tx = services.store.reading().await?;
        let page = staging::page(&mut tx, organization_id, &after, PAGE / 5).await?;
        drop(tx);
        let Some(projects) = page else {
            return Ok(());
        };
        after.clone_from(&projects.last);
        let (of, id) = (organization_id.clone(), id.to_owned());
        let clear = async move |tx: &mut Tx| match what {
            Clearing::File => staging::remove_rows(tx, &of, &id, &projects).await,
            Clearing::Replaced => {
                let from = closings::first_open(tx, &of).await?.start();
                staging::remove_replaced(tx, &of, &id, &projects, from).await
            }
        };
        gently(services, organization_id, clear).await?;
    }
}
