//! The sandbox's payment method and billing details in English.

use crate::messages::OnFileText;

pub(crate) static ON_FILE: OnFileText = OnFileText {
    card: "Test card",
    card_text: "This is a sandbox: no card is asked for, and no money moves. The card you save becomes the default.",
    cards: [
        "Visa 4242: pays",
        "Visa 0002: is declined",
        "Visa 0044: pays, and its answers are lost",
        "Visa 3155: the bank asks you to confirm each payment",
    ],
    card_saved: "{0} is now the default",
    card_action: "Save card",
    details_text: "What you save appears on the next invoice, and replaces what was on file. Issued invoices never change.",
    name: "Organization name",
    address: "Billing address",
    address_hint: "Each line as it should appear on invoices, with the country last",
    tax_number: "Tax number",
    tax_hint: "Optional: VAT id, or GSTIN in India",
    details_saved: "Billing details are saved",
    details_action: "Save",
    not_saved: "Nothing was saved",
    kept: "What you filled in is kept.",
    still_method: "A payment method is still missing.",
    still_details: "Billing details are still missing.",
};
