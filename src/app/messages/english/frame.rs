//! The shell and the sign-in in English.

use crate::messages::{Shell, SignIn};

pub(super) const SHELL: Shell = Shell {
    product: "Prorata",
    organization: "Organization",
    skip: "Skip to content",
    plan: "My Plan",
    billing: "Billing",
    invoices: "Invoices",
    users: "Users",
    data: "Data",
    support: "Support",
    account: "Account and appearance",
    activity: "Activity log",
    mailbox: "Mailbox",
    theme: "Appearance",
    theme_auto: "System",
    theme_light: "Light",
    theme_dark: "Dark",
    sign_out: "Sign out",
    sign_out_everywhere: "Sign out on every device",
    offline: "You are offline",
    offline_detail: "What you see may be out of date, and nothing can be changed until the connection is back.",
    offline_reason: "Not possible while you are offline",
    close: "Close",
    title: "{0} · {1}",
    loading: "Loading",
};

pub(super) const SIGN_IN: SignIn = SignIn {
    title: "Sign in",
    text: "To your organization's plan, usage and invoices",
    email: "E-mail",
    password: "Password",
    action: "Sign in",
    email_missing: "Enter your e-mail address, such as ada@acme.example",
    password_missing: "Enter your password",
    wrong: "E-mail or password is wrong",
    again: "Your session has ended",
    again_text: "Sign in again as {0} and go on where you were: nothing that you typed is lost.",
    other: "Leave this page",
};
