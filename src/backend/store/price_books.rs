//! Price books by name and version. A stored version never changes, so it is read and checked once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use billing::PriceBook;
use billing::price_book::{ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL};
use chrono::{DateTime, Utc};

use super::row::damaged;
use super::{Tx, Work};
use crate::clock::instant_text;
use crate::error::Error;

/// Which version of which book.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BookVersion {
    /// The book's name.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// A book as it was stored, and what it says.
#[derive(Debug)]
pub struct StoredBook {
    /// The text.
    pub body: String,
    /// The prices.
    pub book: PriceBook,
}

/// The books read so far.
#[derive(Debug, Clone, Default)]
pub(super) struct PriceBookCache(Arc<Mutex<HashMap<BookVersion, Arc<StoredBook>>>>);

/// Stores the books that come with the program, unless they are there already.
#[derive(Debug)]
pub struct StoreBuiltIn {
    /// When.
    pub now: DateTime<Utc>,
}

impl Work for StoreBuiltIn {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        for body in [ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL] {
            store(tx, body, self.now).await?;
        }
        Ok(())
    }
}

/// Stores a version of a book.
///
/// # Errors
/// A text that is no price book.
pub async fn store(tx: &mut Tx, body: &str, now: DateTime<Utc>) -> Result<BookVersion, Error> {
    let book = PriceBook::parse(body).map_err(Error::unexpected)?;
    sqlx::query(
        "INSERT INTO price_books (id, version, body, stored_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id, version) DO NOTHING",
    )
    .bind(book.id.as_str())
    .bind(i64::from(book.version))
    .bind(body)
    .bind(instant_text(now))
    .execute(tx.connection())
    .await?;
    Ok(BookVersion {
        id: book.id,
        version: book.version,
    })
}

/// The book of that version.
///
/// # Errors
/// A version that is not stored.
pub async fn find(tx: &mut Tx, wanted: &BookVersion) -> Result<Arc<StoredBook>, Error> {
    if let Some(found) = tx.cache.get(wanted) {
        return Ok(found);
    }
    let body: String =
        sqlx::query_scalar("SELECT body FROM price_books WHERE id = $1 AND version = $2")
            .bind(wanted.id.as_str())
            .bind(i64::from(wanted.version))
            .fetch_one(tx.connection())
            .await?;
    let book = PriceBook::parse(&body).map_err(|cause| damaged("price book", cause))?;
    let found = Arc::new(StoredBook { body, book });
    tx.cache.put(wanted.clone(), found.clone());
    Ok(found)
}

impl PriceBookCache {
    fn get(&self, wanted: &BookVersion) -> Option<Arc<StoredBook>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(wanted)
            .cloned()
    }

    fn put(&self, version: BookVersion, book: Arc<StoredBook>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(version, book);
    }
}
