//! Price books by id and version. A stored version never changes, so it is parsed once and cached.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use billing::PriceBook;
use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL};
use chrono::{DateTime, Utc};

use super::database::column::{Count, Text};
use super::database::row::damaged;
use super::{Changes, Store, Tx};
use crate::foundation::error::Error;

/// The id and the version of a price book.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct BookVersion {
    #[sqlx(rename = "price_book_id")]
    pub id: String,
    #[sqlx(rename = "price_book_version", try_from = "Count<u32>")]
    pub version: u32,
}

/// A stored price book, as text and parsed.
#[derive(Debug)]
pub struct StoredBook {
    /// The text, byte for byte as it was stored.
    pub body: String,
    pub book: PriceBook,
}

/// The price books read so far.
#[derive(Debug, Clone, Default)]
pub(super) struct PriceBookCache(Arc<Mutex<HashMap<BookVersion, Arc<StoredBook>>>>);

/// Stores the built-in price books that are not stored yet.
pub async fn store_built_in(store: &Store, now: DateTime<Utc>) -> Result<(), Error> {
    let store_each = async move |tx: &mut Tx| {
        for body in [ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL] {
            self::store(tx, body, now).await?;
        }
        Ok(())
    };
    store.transaction(Changes::Other, store_each).await
}

/// Stores a version of a price book.
///
/// # Errors
/// A text that is not a price book.
pub async fn store(tx: &mut Tx, body: &str, now: DateTime<Utc>) -> Result<BookVersion, Error> {
    let book = PriceBook::parse(body).map_err(Error::unexpected)?;
    sqlx::query(
        "INSERT INTO price_books (id, version, body, stored_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id, version) DO NOTHING",
    )
    .bind(book.id.as_str())
    .bind(Count(book.version))
    .bind(body)
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    Ok(BookVersion {
        id: book.id,
        version: book.version,
    })
}

/// Reads a version of a price book, from the cache when it was read before.
pub async fn find(tx: &mut Tx, wanted: &BookVersion) -> Result<Arc<StoredBook>, Error> {
    if let Some(found) = tx.cache.get(wanted) {
        return Ok(found);
    }
    let body: String =
        sqlx::query_scalar("SELECT body FROM price_books WHERE id = $1 AND version = $2")
            .bind(wanted.id.as_str())
            .bind(Count(wanted.version))
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
