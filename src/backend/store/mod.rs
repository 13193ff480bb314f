//! The store: SQLite or PostgreSQL under one type.
//!
//! Every statement is written once and runs on both. Reads see one snapshot. A write is an async closure
//! where it is used ([`Store::transaction`]), or a [`Work`]: it runs in its own task, so that a
//! browser that disconnects cannot cancel a transaction half-way, and it is repeated as a whole when it
//! conflicts with another transaction.
//!
//! A function fails when a row that it needs is not stored: an organization or its subscription, a project,
//! an order, an invoice, a version of a price book. It fails for a count above `i64::MAX` and for a stored
//! value that cannot be read. `# Errors` names what a caller has to know beyond that.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use billing::OrganizationId;
use billing::catalog::policy::Policy;
use chrono::{DateTime, Utc};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Executor};

use crate::foundation::error::Error;
use crate::foundation::secret::jitter;
use database::file::DatabaseFile;
use database::readiness::Readiness;
use database::transaction::Transaction;
use price_books::PriceBookCache;

pub mod account_states;
pub mod database;
pub mod due_dates;
pub mod idempotency;
pub mod invoices;
mod migrations;
pub mod organizations;
pub mod payments;
pub mod people;
pub mod price_books;
pub mod records;
pub mod retention;
pub mod sandbox;
pub mod schedule;
pub mod subscriptions;
pub mod usage;

pub use database::engine::{Engine, OpenError};
pub use migrations::SchemaMismatch;

/// How often a transaction is attempted in all when it conflicts with others.
const ATTEMPTS: u32 = 10;
/// The base of the pause between attempts; the pause grows with their number, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// The longest random part of a pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(120);

/// A handle on the database. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    writer: AnyPool,
    reader: AnyPool,
    file: Option<DatabaseFile>,
    readiness: Arc<Readiness>,
    cache: PriceBookCache,
    policy: Arc<Policy>,
}

pub struct Tx {
    engine: Engine,
    transaction: Transaction,
    cache: PriceBookCache,
    policy: Arc<Policy>,
}

/// Whose data a transaction changes.
#[derive(Debug, Clone)]
pub enum Changes {
    /// Something that due dates depend on, such as the account's state, an invoice or a payment, at an
    /// instant. The organization's due dates are updated before the commit.
    Account(OrganizationId, DateTime<Utc>),
    /// Other data of an organization.
    Organization(OrganizationId),
    /// Data that belongs to no organization, or to several.
    Other,
}

impl Changes {
    /// The organization whose transactions run one after the other, on all servers.
    fn organization_id(self) -> Option<OrganizationId> {
        match self {
            Self::Account(id, _) | Self::Organization(id) => Some(id),
            Self::Other => None,
        }
    }
}

impl From<OrganizationId> for Changes {
    fn from(organization_id: OrganizationId) -> Self {
        Self::Organization(organization_id)
    }
}

/// A write transaction that is used in several places, or is long enough for functions of its own. It
/// may run more than once, so it must have no effect outside the store.
pub trait Work: Send + Sync + 'static {
    type Output: Send + 'static;

    /// Whose data the transaction changes.
    fn changes(&self) -> Changes;

    /// Runs the transaction. An error rolls it back.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

impl Store {
    /// Opens the store as [`Store::open`] does, and creates the SQLite file if it does not exist.
    pub async fn create(url: &str) -> Result<Self, OpenError> {
        Engine::of(url)?.make_file(url)?;
        Self::open(url).await
    }

    /// Opens the store at `sqlite:path` or `postgres://…`.
    ///
    /// # Errors
    /// Another scheme, a file that does not exist or is no database, a server that cannot be reached.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let engine = Engine::of(url)?;
        engine.find_file(url)?;
        // No ping before each use: a connection that was closed meanwhile fails at its `BEGIN`.
        let options = AnyPoolOptions::new()
            .acquire_timeout(engine.patience())
            .test_before_acquire(false);
        let connect = engine.connect_url(url);
        let writer = options
            .clone()
            .max_connections(engine.writers())
            .after_connect(move |connection, _| {
                Box::pin(
                    async move { connection.execute(engine.writer_settings()).await.map(drop) },
                )
            })
            .connect(&connect)
            .await
            .map_err(|cause| OpenError::new(url, &cause))?;
        let reader = options
            .max_connections(engine.readers())
            .after_connect(move |connection, _| {
                Box::pin(
                    async move { connection.execute(engine.reader_settings()).await.map(drop) },
                )
            })
            .connect_lazy(&connect)
            .map_err(|cause| OpenError::new(url, &cause))?;
        let file = engine.file(url).map(DatabaseFile::opened).transpose();
        Ok(Self {
            engine,
            writer,
            reader,
            file: file.map_err(|cause| OpenError::new(url, &cause))?,
            readiness: Arc::default(),
            cache: PriceBookCache::default(),
            policy: Arc::default(),
        })
    }

    /// Sets the policy in force; without this call it is the policy of the documents.
    pub fn under(self, policy: Policy) -> Self {
        let policy = Arc::new(policy);
        Self { policy, ..self }
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The policy in force: its periods and limits.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Migrates the schema to the current version.
    ///
    /// # Errors
    /// A store that cannot be written, or with a [`SchemaMismatch`] other than `Behind`.
    pub async fn migrate(&self) -> Result<(), Error> {
        self.engine
            .migrator()
            .run(&self.writer)
            .await
            .map_err(Error::unexpected)?;
        self.transaction(Changes::Other, async move |tx: &mut Tx| {
            schedule::put_in_order(tx).await
        })
        .await
    }

    /// How the tables differ from those of this program; `None` when they are the same.
    pub async fn schema_mismatch(&self) -> Result<Option<SchemaMismatch>, Error> {
        let mut tx = self.reading().await?;
        let applied = sqlx::query_as(
            "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version",
        )
        .fetch_all(tx.connection())
        .await;
        match applied {
            Ok(applied) => Ok(migrations::mismatch(
                &applied,
                &self.engine.migrator().migrations,
            )),
            Err(sqlx::Error::Database(_)) => Ok(Some(SchemaMismatch::Behind)),
            Err(other) => Err(other.into()),
        }
    }

    /// Begins a read transaction on one snapshot; it ends when it is dropped.
    ///
    /// # Errors
    /// A database that cannot be reached, or without a free connection in time.
    pub async fn reading(&self) -> Result<Tx, Error> {
        self.begin(&self.reader, self.engine.begin_reading()).await
    }

    /// Begins a read transaction that may last for minutes, for exports.
    pub async fn exporting(&self) -> Result<Tx, Error> {
        let mut tx = self.reading().await?;
        if let Some(patience) = self.engine.export_patience() {
            tx.connection().execute(patience).await?;
        }
        Ok(tx)
    }

    /// Runs a write transaction to its end, even if the caller is dropped.
    ///
    /// # Errors
    /// What the work refuses; a store that is unavailable, or conflicts in every attempt.
    pub async fn write<W: Work>(&self, work: W) -> Result<W::Output, Error> {
        let store = self.clone();
        tokio::spawn(async move { store.attempt(&work).await })
            .await
            .map_err(Error::unexpected)?
    }

    /// Dry run: runs the work and rolls it back, to return what it would return.
    pub async fn dry_run<W: Work>(&self, work: W) -> Result<W::Output, Error> {
        let mut tx = self.begin_work(&work).await?;
        let outcome = self.run(&work, &mut tx).await;
        tx.transaction.rollback().await;
        outcome
    }

    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.close().await;
    }

    async fn attempt<W: Work>(&self, work: &W) -> Result<W::Output, Error> {
        let mut attempt = 1;
        loop {
            match self.once(work).await {
                Err(Error::Conflict) if attempt < ATTEMPTS => {
                    let longest = (FIRST_PAUSE * attempt.pow(2)).min(LONGEST_PAUSE);
                    tokio::time::sleep(FIRST_PAUSE + jitter(longest)).await;
                    attempt += 1;
                }
                outcome => {
                    if let Err(Error::Unavailable(_)) = &outcome {
                        self.readiness.doubt();
                    }
                    return outcome;
                }
            }
        }
    }

    async fn once<W: Work>(&self, work: &W) -> Result<W::Output, Error> {
        if let Some(file) = &self.file {
            file.check_in_place()?;
        }
        let mut tx = self.begin_work(work).await?;
        match self.run(work, &mut tx).await {
            Ok(output) => {
                tx.transaction.commit().await?;
                Ok(output)
            }
            Err(error) => {
                tx.transaction.rollback().await;
                Err(error)
            }
        }
    }

    async fn run<W: Work>(&self, work: &W, tx: &mut Tx) -> Result<W::Output, Error> {
        let output = work.run(tx).await?;
        if let Changes::Account(organization_id, now) = work.changes() {
            due_dates::sync(tx, &organization_id, now).await?;
        }
        Ok(output)
    }

    async fn begin_work<W: Work>(&self, work: &W) -> Result<Tx, Error> {
        let Some(organization_id) = work.changes().organization_id() else {
            return self
                .begin(&self.writer, self.engine.begin_serializable())
                .await;
        };
        let mut tx = self.begin(&self.writer, self.engine.begin_locked()).await?;
        if let Some(lock) = self.engine.organization_lock() {
            sqlx::query(lock)
                .bind(organization_id.as_str())
                .execute(tx.connection())
                .await?;
        }
        Ok(tx)
    }

    async fn begin(&self, pool: &AnyPool, statement: &'static str) -> Result<Tx, Error> {
        Ok(Tx {
            engine: self.engine,
            transaction: Transaction::begin(pool, statement).await?,
            cache: self.cache.clone(),
            policy: Arc::clone(&self.policy),
        })
    }
}

impl Tx {
    pub(crate) const fn engine(&self) -> Engine {
        self.engine
    }

    /// The policy in force: its periods and limits.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy)
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.transaction.connection()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}
