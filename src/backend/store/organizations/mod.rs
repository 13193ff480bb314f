//! Organizations: what is fixed when they are created, and the price book in force.

use api::invoicing::invoice::Party;
use api::{Code, Problem};
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{Currency, CurrencyCode, OrganizationId, OutOfRange, PriceBook, PriceList};
use chrono::{DateTime, Utc};

use super::Tx;
use super::database::column::{Count, Json, Text};
use super::price_books::{self, BookVersion};
use crate::foundation::error::Error;

pub mod billing_details;
pub mod payment_methods;

#[derive(Debug, Clone)]
pub struct Organization {
    /// The first column of every key.
    pub id: OrganizationId,
    pub name: String,
    /// The party on its invoices: its billing details, or its name until there are any.
    pub billed_to: Party,
    /// It never changes.
    pub currency: CurrencyCode,
    /// The offset of its time zone from UTC in minutes, positive to the east.
    pub zone_offset_minutes: i32,
    /// The states that tax depends on; `None` when no tax is charged.
    pub places: Option<TaxPlaces>,
    pub book: BookVersion,
    /// The prefix of its invoice numbers.
    pub invoice_series: String,
    /// Whether it is offered annual billing (SPEC 2.3).
    pub annual_eligible: bool,
}

impl Organization {
    /// The list of a price book in the organization's currency.
    ///
    /// # Errors
    /// A price book without a list in that currency.
    pub fn price_list<'a>(&self, book: &'a PriceBook) -> Result<&'a PriceList, Error> {
        book.list(self.currency).ok_or_else(|| OutOfRange.into())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<OrganizationId>,
    name: String,
    billed_to: Json<Party>,
    currency: Text<CurrencyCode>,
    zone_offset_minutes: i32,
    supplier_state: Option<Text<StateCode>>,
    customer_state: Option<Text<StateCode>>,
    #[sqlx(flatten)]
    book: BookVersion,
    invoice_series: String,
    annual_eligible: i64,
}

/// Reads an organization, which must exist.
///
/// # Errors
/// [`Code::NotFound`] for an id that is not stored.
pub async fn find(tx: &mut Tx, id: &OrganizationId) -> Result<Organization, Error> {
    let row = sqlx::query_as::<_, Row>(
        "SELECT o.id, o.name, COALESCE(d.billed_to, o.billed_to) AS billed_to, o.currency, \
         o.zone_offset_minutes, o.supplier_state, o.customer_state, o.price_book_id, \
         o.price_book_version, o.invoice_series, o.annual_eligible FROM organizations o \
         LEFT JOIN billing_details d ON d.organization_id = o.id WHERE o.id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| unknown(id))?;
    Ok(row.into())
}

/// The currency in which the organization is invoiced.
///
/// # Errors
/// A currency that the organization's price book does not have.
pub async fn currency(tx: &mut Tx, id: &OrganizationId) -> Result<Currency, Error> {
    let organization = find(tx, id).await?;
    let book = price_books::find(tx, &organization.book).await?;
    Ok(organization.price_list(&book.book)?.currency)
}

pub(super) fn unknown(id: &OrganizationId) -> Error {
    Error::refused(Code::NotFound, format!("There is no organization {id}"))
}

/// The ids of all organizations, in order.
pub async fn ids(tx: &mut Tx) -> Result<Vec<OrganizationId>, Error> {
    let ids: Vec<Text<_>> = sqlx::query_scalar("SELECT id FROM organizations ORDER BY id")
        .fetch_all(tx.connection())
        .await?;
    Ok(ids.into_iter().map(|Text(id)| id).collect())
}

/// Adds an organization; an existing one is not changed.
///
/// # Errors
/// A price book that is not stored or cannot price it, or a series that is taken.
pub async fn add(
    tx: &mut Tx,
    organization: &Organization,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    check_prices(tx, organization, &organization.book).await?;
    let places = organization.places;
    sqlx::query(
        "INSERT INTO organizations (id, name, billed_to, currency, zone_offset_minutes, \
         supplier_state, customer_state, price_book_id, price_book_version, invoice_series, \
         created_at, annual_eligible) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(organization.id.as_str())
    .bind(organization.name.as_str())
    .bind(Json(&organization.billed_to))
    .bind(organization.currency.as_str())
    .bind(organization.zone_offset_minutes)
    .bind(places.map(|places| Text(places.supplier)))
    .bind(places.map(|places| Text(places.customer)))
    .bind(organization.book.id.as_str())
    .bind(Count(organization.book.version))
    .bind(organization.invoice_series.as_str())
    .bind(Text(now))
    .bind(i64::from(organization.annual_eligible))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Switches an organization to a version of a price book.
///
/// # Errors
/// A version that is not stored, or that cannot price this organization.
pub async fn put_in_force(
    tx: &mut Tx,
    id: &OrganizationId,
    book: &BookVersion,
) -> Result<(), Error> {
    let organization = find(tx, id).await?;
    check_prices(tx, &organization, book).await?;
    sqlx::query(
        "UPDATE organizations SET price_book_id = $2, price_book_version = $3 WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(book.id.as_str())
    .bind(Count(book.version))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Refuses a price book by which the organization cannot be charged: one without its currency, or one
/// whose tax needs states that are unknown (SPEC R16).
async fn check_prices(
    tx: &mut Tx,
    organization: &Organization,
    book: &BookVersion,
) -> Result<(), Error> {
    let stored = price_books::find(tx, book).await?;
    let currency = organization.currency;
    let Some(list) = stored.book.list(currency) else {
        let missing = format!("the price book {:?} has no list in {currency}", book.id);
        return Err(Problem::field("currency", missing).into());
    };
    let taxed = list.tax.of(organization.places).map(drop);
    taxed.map_err(|missing| Problem::field("places", missing.to_string()).into())
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        let places = row.supplier_state.zip(row.customer_state);
        Self {
            id: row.id.0,
            name: row.name,
            billed_to: row.billed_to.0,
            currency: row.currency.0,
            zone_offset_minutes: row.zone_offset_minutes,
            places: places.map(|(Text(supplier), Text(customer))| TaxPlaces { supplier, customer }),
            book: row.book,
            invoice_series: row.invoice_series,
            annual_eligible: row.annual_eligible == 1,
        }
    }
}
