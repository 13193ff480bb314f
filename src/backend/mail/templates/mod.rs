//! The templates of the mails. One file holds the sentences of a mail; what surrounds them is written
//! once for plain text and once for HTML.

use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, HtmlEscape, Output, State, UndefinedBehavior, Value,
    escape_formatter,
};

/// Declares [`Template`]: its variants, and the file of each, beside this one.
macro_rules! templates {
    ($($template:ident: $name:literal,)*) => {
        /// The template of a mail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Template {
            $($template,)*
        }

        impl Template {
            pub const ALL: &[Self] = &[$(Self::$template,)*];

            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$template => $name,)*
                }
            }

            const fn source(self) -> &'static str {
                match self {
                    $(Self::$template => include_str!(concat!($name, ".jinja")),)*
                }
            }
        }
    };
}

templates! {
    UsageAlert: "usage_alert",
    UsageLocked: "usage_locked",
    UsageLockLifted: "usage_lock_lifted",
    UsageUnlocked: "usage_unlocked",
    InvoiceIssued: "invoice_issued",
    PlanChanged: "plan_changed",
    PlanScheduled: "plan_scheduled",
    PlanWithdrawn: "plan_withdrawn",
    PlanDeclined: "plan_declined",
    PlanExpired: "plan_expired",
    PaymentFailed: "payment_failed",
    PaymentLocked: "payment_locked",
    PaymentSucceeded: "payment_succeeded",
    PaymentCleared: "payment_cleared",
    DebitAnnounced: "debit_announced",
    PaymentToConfirm: "payment_to_confirm",
    AccountPaused: "account_paused",
    ReactivationRequested: "reactivation_requested",
    AccountReactivated: "account_reactivated",
    AccountEnding: "account_ending",
    AccountCancelled: "account_cancelled",
    TrialLocked: "trial_locked",
    TrialEnded: "trial_ended",
    TrialExpired: "trial_expired",
    TicketOpened: "ticket_opened",
    TicketClosed: "ticket_closed",
}

/// A template that others include: the name by which they do, and its text.
type Included = (&'static str, &'static str);

/// Sentences that several mails share.
const SHARED: [Included; 8] = [
    ("shared/access", include_str!("shared/access.jinja")),
    ("shared/invoice", include_str!("shared/invoice.jinja")),
    (
        "shared/invoice_lines",
        include_str!("shared/invoice_lines.jinja"),
    ),
    ("shared/locked", include_str!("shared/locked.jinja")),
    ("shared/order", include_str!("shared/order.jinja")),
    (
        "shared/order_unpaid",
        include_str!("shared/order_unpaid.jinja"),
    ),
    (
        "shared/usage_lock_ended",
        include_str!("shared/usage_lock_ended.jinja"),
    ),
    ("shared/words", include_str!("shared/words.jinja")),
];

/// The plain text form.
const TEXT: [Included; 2] = [
    ("layout", include_str!("text/layout.txt")),
    ("parts", include_str!("text/parts.txt")),
];

/// The HTML form. It loads nothing from the network.
const HTML: [Included; 3] = [
    ("layout", include_str!("html/layout.html")),
    ("parts", include_str!("html/parts.html")),
    ("mail.css", include_str!("html/mail.css")),
];

/// All templates, parsed for each form.
#[derive(Debug, Clone)]
pub struct Templates {
    text: Arc<Environment<'static>>,
    html: Arc<Environment<'static>>,
}

/// A mail as its recipient gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Templates {
    /// Parses all templates.
    ///
    /// # Errors
    /// A template whose syntax is wrong, with its name and line.
    pub fn parse() -> Result<Self, Error> {
        Ok(Self {
            text: Arc::new(environment(&TEXT, AutoEscape::None)?),
            html: Arc::new(environment(&HTML, AutoEscape::Html)?),
        })
    }

    /// Renders a mail.
    ///
    /// # Errors
    /// A template that names an unknown fact or template, or prints a fact that is absent.
    pub(super) fn render(&self, template: Template, facts: &Value) -> Result<RenderedMail, Error> {
        self.render_named(template.name(), facts)
    }

    fn render_named(&self, name: &str, facts: &Value) -> Result<RenderedMail, Error> {
        let html = self.html.get_template(name)?.render(facts)?;
        let mut text = self.text.get_template(name)?.render_captured(facts)?;
        let subject = text.with_state_mut(|state| state.render_block("subject"))?;
        Ok(RenderedMail {
            subject: one_line(&subject),
            text: text.into_output(),
            html,
        })
    }
}

#[cfg(test)]
impl Templates {
    /// The facts that a template names and that are not there, also in branches that are not taken.
    pub(super) fn unknown_facts(&self, template: Template, facts: &Value) -> Vec<String> {
        let template = self.text.get_template(template.name()).unwrap();
        let mut named = template.undeclared_variables(true);
        named.retain(|path| {
            let mut parts = path.split('.');
            let fact = parts.try_fold(facts.clone(), |fact, part| match fact.is_none() {
                true => None,
                false => Some(fact.get_attr(part).unwrap()),
            });
            fact.is_some_and(|fact| fact.is_undefined())
        });
        named.into_iter().collect()
    }
}

/// Parses the templates for one form.
fn environment(form: &[Included], escape: AutoEscape) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(
        SyntaxConfig::builder()
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |_| escape.clone());
    environment.set_formatter(print_value);
    environment.add_filter("one_line", one_line_filter);
    for (name, source) in SHARED.iter().chain(form) {
        environment.add_template(name, source)?;
    }
    for template in Template::ALL {
        environment.add_template(template.name(), template.source())?;
    }
    Ok(environment)
}

/// Prints a value: escaped, unless it is markup already. The engine would escape slashes too, which leaves
/// addresses that only a browser can read.
fn print_value(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    if value.is_none() {
        let why = "a fact that is absent cannot be printed";
        Err(Error::new(ErrorKind::InvalidOperation, why))
    } else if *state.auto_escape() == AutoEscape::Html && !value.is_safe() {
        let escaped = HtmlEscape(&value.to_string()).to_string();
        Ok(out.write_str(&escaped.replace("&#x2f;", "/"))?)
    } else {
        escape_formatter(out, state, value)
    }
}

/// [`one_line`] in a template. Text that is escaped already stays so.
fn one_line_filter(text: Value) -> Value {
    let line = one_line(&text.to_string());
    if text.is_safe() {
        Value::from_safe_string(line)
    } else {
        line.into()
    }
}

/// Joins text to one line: control characters, which could break a header, become spaces.
pub(super) fn one_line(text: &str) -> String {
    let broken = text.replace(char::is_control, " ");
    broken.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
