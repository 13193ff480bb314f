//! Exports everything an account holds as one archive (SPEC 4.12): a file for each table, and the files
//! attached to tickets. The data is read in one snapshot and written to an unnamed temporary file
//! first, so that memory use stays flat and a slow client holds no transaction open.

use std::fs::File;
use std::io::{self, Seek, Write};

use billing::{Currency, OrganizationId};
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::sync::mpsc::{self, Receiver, Sender};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::organizations::{self, Organization};
use crate::store::records::tickets;
use crate::store::{Store, Tx, price_books};

mod form;
pub mod tables;

pub use form::Format;

use form::TableWriter;
use tables::{LEFT_OUT, Table};

/// The most pieces that may wait for the archive thread.
const WAITING: usize = 16;
/// The size of a piece, in bytes.
const PIECE: usize = 64 * 1024;
/// The channel to the archive thread.
type Sent = Sender<Piece>;

#[derive(Debug)]
enum Piece {
    /// Starts a file; the bytes that follow belong to it.
    File(String),
    Bytes(Vec<u8>),
}

/// Whose data an archive contains, how it is written, and when.
struct Archive {
    organization: Organization,
    /// The currency of the amounts.
    currency: Currency,
    format: Format,
    made_at: DateTime<Utc>,
}

/// The archive thread has stopped.
#[derive(Debug, thiserror::Error)]
#[error("the archive of an export broke off")]
struct BrokenOff;

/// Creates the archive of an organization in a temporary file, which is deleted when it is closed.
///
/// # Errors
/// Fails when the disk is full.
pub async fn export(
    store: &Store,
    organization_id: &OrganizationId,
    format: Format,
    now: DateTime<Utc>,
) -> Result<File, Error> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let archive = tokio::task::spawn_blocking(move || archive(receiver));
    let mut tx = store.exporting().await?;
    let written = write(&mut tx, organization_id, format, now, &sender).await;
    drop(sender);
    let archive = archive.await.map_err(Error::unexpected)?;
    let archive = archive.map_err(Error::unexpected)?;
    // When reading failed, the incomplete archive is dropped, and its file with it.
    written.map(|()| archive)
}

async fn write(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    format: Format,
    now: DateTime<Utc>,
    sent: &Sent,
) -> Result<(), Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let book = price_books::find(tx, &organization.book).await?;
    let archive = Archive {
        currency: organization.price_list(&book.book)?.currency,
        organization,
        format,
        made_at: now,
    };
    let mut counts = Vec::new();
    for table in tables::all() {
        let rows = write_table(tx, &archive, table, sent).await?;
        counts.push((table.name, rows));
    }
    write_files(tx, organization_id, sent).await?;
    let manifest = manifest(&archive, &counts);
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(Error::unexpected)?;
    send(sent, Piece::File("manifest.json".to_owned())).await?;
    send(sent, Piece::Bytes(manifest)).await
}

/// Writes one table, row by row.
async fn write_table(
    tx: &mut Tx,
    archive: &Archive,
    table: &Table,
    sent: &Sent,
) -> Result<u64, Error> {
    let word = archive.format.word();
    let file = format!("{word}/{}.{word}", table.name);
    send(sent, Piece::File(file)).await?;
    let mut writer = TableWriter::new(archive.format, archive.currency, table.columns)?;
    let query = query(table);
    let mut rows = sqlx::query(AssertSqlSafe(query))
        .bind(archive.organization.id.as_str())
        .fetch(tx.connection());
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        writer.add(&cells(&row, table)?)?;
        count += 1;
        if writer.len() >= PIECE {
            send(sent, Piece::Bytes(writer.take())).await?;
        }
    }
    send(sent, Piece::Bytes(writer.end())).await?;
    Ok(count)
}

/// The SELECT statement of a table. It contains constants only, so it is safe from injection.
fn query(table: &Table) -> String {
    let columns = table.columns.iter();
    let columns = columns.map(|column| format!("CAST({} AS TEXT)", column.stored()));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let Table {
        name, owner, order, ..
    } = table;
    format!("SELECT {columns} FROM {name} WHERE {owner} = $1 ORDER BY {order}")
}

fn cells(row: &AnyRow, table: &Table) -> Result<Vec<Option<String>>, Error> {
    let cells = (0..table.columns.len()).map(|place| row.try_get(place));
    Ok(cells.collect::<Result<_, sqlx::Error>>()?)
}

/// Writes the files attached to tickets, unchanged.
async fn write_files(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    sent: &Sent,
) -> Result<(), Error> {
    for number in tickets::with_files(tx, organization_id).await? {
        let files = tickets::attachments(tx, organization_id, number).await?;
        for (place, file) in (1..).zip(files) {
            let place: u32 = place;
            let name = format!("files/ticket-{number}/{place}-{}", file.name);
            send(sent, Piece::File(name)).await?;
            send(sent, Piece::Bytes(file.content)).await?;
        }
    }
    Ok(())
}

/// The list of what the archive contains and what it leaves out.
fn manifest(archive: &Archive, counts: &[(&str, u64)]) -> serde_json::Value {
    let Archive {
        organization,
        format,
        made_at,
        ..
    } = archive;
    let tables = counts.iter();
    let tables = tables.map(|(name, rows)| serde_json::json!({ "table": name, "rows": rows }));
    let left_out = LEFT_OUT.iter();
    let left_out = left_out.map(|(name, why)| serde_json::json!({ "table": name, "why": why }));
    serde_json::json!({
        "organization": organization.id,
        "name": organization.name,
        "made_at": instant_text(*made_at),
        "format": format.word(),
        "tables": tables.collect::<Vec<_>>(),
        "left_out": left_out.collect::<Vec<_>>(),
    })
}

async fn send(sent: &Sent, piece: Piece) -> Result<(), Error> {
    sent.send(piece)
        .await
        .map_err(|_| Error::unexpected(BrokenOff))
}

/// Writes pieces into an archive. Runs in a thread that may block on the disk.
fn archive(mut pieces: Receiver<Piece>) -> io::Result<File> {
    let mut archive = ZipWriter::new(tempfile::tempfile()?);
    let options = SimpleFileOptions::default().large_file(true);
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::File(name) => archive.start_file(name, options)?,
            Piece::Bytes(bytes) => archive.write_all(&bytes)?,
        }
    }
    let mut file = archive.finish()?;
    file.rewind()?;
    Ok(file)
}
