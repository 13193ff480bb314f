//! Texts around the screens: shell, sign-in, failures, missing pages.

use billing::people::permission::Role;

/// The shell around every page.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Shell {
    pub product: &'static str,
    pub sandbox: &'static str,
    /// Opens the command palette.
    pub search: &'static str,
    pub search_key: &'static str,
    pub organization: &'static str,
    pub skip: &'static str,
    pub plan: &'static str,
    pub billing: &'static str,
    pub invoices: &'static str,
    pub users: &'static str,
    pub data: &'static str,
    pub support: &'static str,
    pub account: &'static str,
    pub activity: &'static str,
    pub mailbox: &'static str,
    pub theme: &'static str,
    pub theme_auto: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub sign_out: &'static str,
    /// Signs the person out on every device.
    pub sign_out_everywhere: &'static str,
    pub offline: &'static str,
    pub offline_detail: &'static str,
    pub offline_reason: &'static str,
    pub close: &'static str,
    pub title: &'static str,
    pub loading: &'static str,
}

#[derive(Debug)]
#[allow(missing_docs)]
pub struct SignIn {
    pub title: &'static str,
    pub text: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub action: &'static str,
    pub email_missing: &'static str,
    pub password_missing: &'static str,
    pub wrong: &'static str,
    pub again: &'static str,
    pub again_text: &'static str,
    pub other: &'static str,
}

/// Failed requests, and what can be done.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct FailureText {
    pub offline: &'static str,
    pub offline_detail: &'static str,
    pub timeout: &'static str,
    pub timeout_detail: &'static str,
    pub garbled: &'static str,
    pub garbled_detail: &'static str,
    pub retry: &'static str,
    pub reload: &'static str,
    pub request: &'static str,
    pub no_piece: &'static str,
    pub no_palette: &'static str,
    pub loading_piece: &'static str,
    pub loading_plan: &'static str,
    pub loading_usage: &'static str,
    pub loading_invoices: &'static str,
    pub loading_invoice: &'static str,
    pub loading_session: &'static str,
    pub no_price: &'static str,
    pub no_add_on_price: &'static str,
    pub other_book: &'static str,
}

/// Pages that the role may not see, unknown addresses, and pages that are not built yet.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Missing {
    pub not_found: &'static str,
    pub not_found_text: &'static str,
    pub to_plan: &'static str,
    pub no_invoice: &'static str,
    pub no_invoice_text: &'static str,
    pub to_invoices: &'static str,
    pub closed: &'static str,
    pub closed_text: &'static str,
    pub later: &'static str,
    pub role_admin: &'static str,
    pub role_approver: &'static str,
    pub role_creator: &'static str,
    pub role_member: &'static str,
    pub billing_details: &'static str,
    pub payment_methods: &'static str,
    pub new_payment_method: &'static str,
    pub users: &'static str,
    pub invite: &'static str,
    pub roles: &'static str,
}

impl Missing {
    /// The name of a role.
    pub const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Admin => self.role_admin,
            Role::Approver => self.role_approver,
            Role::Creator => self.role_creator,
            Role::Member => self.role_member,
        }
    }
}
