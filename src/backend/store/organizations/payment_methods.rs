//! Payment methods: brand, last four digits, expiry, and the gateway's token. Nothing else is stored.

use billing::OrganizationId;
use sqlx::AssertSqlSafe;

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::Count;

/// A card on file at the gateway.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PaymentMethod {
    pub id: String,
    /// The card network, such as `Visa`.
    pub brand: String,
    pub last4: String,
    #[sqlx(try_from = "Count<u32>")]
    pub expiry_year: u32,
    #[sqlx(try_from = "Count<u32>")]
    pub expiry_month: u32,
    /// The gateway's token for the card. It is never sent to a browser.
    pub gateway_token: String,
}

/// The default method, which is charged unless another is chosen.
pub async fn default_of(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<PaymentMethod>, Error> {
    Ok(sqlx::query_as(
        "SELECT id, brand, last4, expiry_year, expiry_month, gateway_token FROM payment_methods \
         WHERE organization_id = $1 AND is_default = 1",
    )
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?)
}

/// The gateway's token of a method.
pub async fn token_of(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<String, Error> {
    Ok(sqlx::query_scalar(
        "SELECT gateway_token FROM payment_methods WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .fetch_one(tx.connection())
    .await?)
}

/// Adds a default method; an existing method with this id is not changed.
///
/// # Errors
/// An organization that has another default.
pub async fn add_default(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    method: &PaymentMethod,
) -> Result<(), Error> {
    insert(tx, organization_id, method, "DO NOTHING").await
}

/// Whether the method is stored, default or not.
pub async fn is_on_file(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<bool, Error> {
    let found: Option<i32> =
        sqlx::query_scalar("SELECT 1 FROM payment_methods WHERE organization_id = $1 AND id = $2")
            .bind(organization_id.as_str())
            .bind(id)
            .fetch_optional(tx.connection())
            .await?;
    Ok(found.is_some())
}

/// Whether a method has paid before; the payer confirms its first debit (R17).
pub async fn has_paid(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<bool, Error> {
    let paid: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM payments WHERE organization_id = $1 AND payment_method_id = $2 LIMIT 1",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    Ok(paid.is_some())
}

/// Saves a method and makes it the default; an existing method with this id is replaced.
pub async fn save_default(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    method: &PaymentMethod,
) -> Result<(), Error> {
    sqlx::query("UPDATE payment_methods SET is_default = 0 WHERE organization_id = $1")
        .bind(organization_id.as_str())
        .execute(tx.connection())
        .await?;
    let replaced = "DO UPDATE SET brand = excluded.brand, last4 = excluded.last4, \
         expiry_year = excluded.expiry_year, expiry_month = excluded.expiry_month, \
         gateway_token = excluded.gateway_token, is_default = 1";
    insert(tx, organization_id, method, replaced).await
}

/// Inserts a default method; `taken` is the conflict clause for an existing id.
async fn insert(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    method: &PaymentMethod,
    taken: &'static str,
) -> Result<(), Error> {
    sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO payment_methods (organization_id, id, brand, last4, expiry_year, \
         expiry_month, gateway_token, is_default) VALUES ($1, $2, $3, $4, $5, $6, $7, 1) \
         ON CONFLICT (organization_id, id) {taken}"
    )))
    .bind(organization_id.as_str())
    .bind(method.id.as_str())
    .bind(method.brand.as_str())
    .bind(method.last4.as_str())
    .bind(Count(method.expiry_year))
    .bind(Count(method.expiry_month))
    .bind(method.gateway_token.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}
