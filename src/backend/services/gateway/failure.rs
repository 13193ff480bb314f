//! Why a payment failed, in words.

/// The sentence for a reason as the gateway or the backend codes it, without its full stop. A bank may
/// send codes that are not listed here; then the bank's refusal is all that can be said.
pub fn failure_text(code: &str) -> &'static str {
    match code {
        "no_payment_method" => "there is no payment method",
        "authentication_required" => {
            "it has to be confirmed at the bank, which asks when it is paid by hand"
        }
        "authentication_expired" => "it was not confirmed at the bank in time",
        "insufficient_funds" => "the account of the payment method does not have enough funds",
        "expired_card" => "the card has expired",
        _ => "the bank declined it",
    }
}

#[cfg(test)]
mod tests {
    use super::failure_text;

    #[test]
    fn a_code_never_reaches_the_reader() {
        let check = |code: &str, said: &str| assert_eq!(failure_text(code), said);
        check("expired_card", "the card has expired");
        check("do_not_honor", "the bank declined it");
        check("", "the bank declined it");
    }
}
