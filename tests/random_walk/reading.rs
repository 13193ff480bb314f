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
