//! The server's responses as plain JSON, compared with the model.

use serde_json::{Value, json};

use super::model::prices::{Line, Statement, text};

/// What differs between the model and the server.
pub(super) type Difference = String;

/// An error if the two values differ.
pub(super) fn same(what: &str, server: &Value, model: &Value) -> Result<(), Difference> {
    if server == model {
        return Ok(());
    }
    Err(format!("{what}\n  server: {server}\n  model:  {model}"))
}

/// An amount, as it is sent.
pub(super) fn amount(currency: &str, value: &str) -> Value {
    json!({ "currency": currency, "value": value })
}

/// The response with each amount as its decimals. An error if one is in another currency.
pub(super) fn in_currency(currency: &str, response: Value) -> Result<Value, Difference> {
    match response {
        Value::Object(members) if members.contains_key("value") && members.len() == 2 => {
            match (&members.get("currency"), &members["value"]) {
                (Some(Value::String(code)), Value::String(value)) if code == currency => {
                    Ok(json!(value))
                }
                _ => Err(format!("not an amount in {currency}: {members:?}")),
            }
        }
        Value::Object(members) => {
            let members = members.into_iter();
            members
                .map(|(name, value)| Ok((name, in_currency(currency, value)?)))
                .collect()
        }
        Value::Array(entries) => {
            let entries = entries.into_iter();
            entries.map(|entry| in_currency(currency, entry)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(response),
    }
}

/// A statement without the derivations.
pub(super) fn shown(statement: &Value) -> Value {
    json!({
        "lines": bare(&statement["lines"]),
        "taxes": bare(&statement["taxes"]),
        "subtotal": statement["subtotal"],
        "total": statement["total"],
    })
}

/// Lines without the derivations.
pub(super) fn bare(lines: &Value) -> Value {
    let mut lines = lines.clone();
    for line in lines.as_array_mut().into_iter().flatten() {
        if let Some(line) = line.as_object_mut() {
            line.remove("derivation");
        }
    }
    lines
}

/// A statement of the model, as the server would send it.
pub(super) fn expected(statement: &Statement) -> Value {
    let taxes = statement.taxes.iter();
    let taxes: Vec<_> = taxes
        .map(|(name, cents)| json!({ "name": name, "amount": text(*cents) }))
        .collect();
    json!({
        "lines": lines(&statement.lines),
        "taxes": taxes,
        "subtotal": text(statement.subtotal()),
        "total": text(statement.total()),
    })
}

/// Lines of the model, as the server would send them.
pub(super) fn lines(lines: &[Line]) -> Value {
    let sent = lines.iter().map(|line| match line.add_on {
        Some(id) => json!({ "kind": line.kind, "add_on": id, "amount": text(line.cents) }),
        None => json!({ "kind": line.kind, "amount": text(line.cents) }),
    });
    sent.collect()
}
