//! The trial card in English.

use crate::messages::TrialText;

pub(crate) static TRIAL: TrialText = TrialText {
    title: "{0} {0|day|days} left in your trial",
    title_last: "Last day of your trial",
    title_ended: "Your trial has ended",
    until: "ends on {0}",
    free: "Everything is free until then, and changes of tier and add-ons act at once.",
    complete: "Payment method and billing details are added: your plan goes on by itself, and is charged from {0}.",
    locks: "The dashboard closes on {0} unless both of these are added. My Plan stays open.",
    locked: "The dashboard has been closed since {0}. It opens the moment both of these are added.",
    expired: "The dashboard is closed. On {0} the account is cancelled and its data deleted, unless both of these are added before; then your plan goes on from that day.",
    on_file: "What a paid plan needs",
    missing: "Missing",
    there: "Added",
    payment_method: "Payment method",
    add_payment_method: "Add a payment method",
    billing_details: "Billing details",
    add_billing_details: "Add billing details",
    clone: "After the trial, campaigns cannot be cloned from a test project to a live one.",
    demo_project: "Open the demo project",
    free_until: "free until {0}, then {1} a month",
    first: "First invoice",
    first_on: "First invoice, {0}",
    first_note: "It charges the rest of the month in which the trial ends; from the next 1st on, whole months. Usage during the trial costs nothing.",
};
