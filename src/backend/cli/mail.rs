//! The options about mail, shared by the commands that send it.

use clap::Args;

use crate::foundation::clock::Clock;
use crate::mail::Mailer;
use crate::mail::templates::Templates;
use crate::mail::transport::{NoTransport, transport};

/// The mail transport, the addresses of mails, and the site that their links lead to.
#[derive(Debug, Args)]
pub(super) struct Mail {
    /// Where mails are sent: dir:PATH, smtp://… or smtps://… (user, password and port may be part of
    /// it)
    #[arg(
        long = "mail",
        env = "PRORATA_MAIL",
        default_value = "dir:data/mail",
        hide_env_values = true
    )]
    to: String,
    /// The sender address of mails
    #[arg(
        long = "mail-from",
        env = "PRORATA_MAIL_FROM",
        default_value = "Prorata <billing@prorata.example>"
    )]
    from: String,
    /// The address that support tickets are sent to
    #[arg(
        long = "support-address",
        env = "PRORATA_SUPPORT_ADDRESS",
        default_value = "support@prorata.example"
    )]
    support: String,
    /// The address of the app, for links in mails, such as https://app.example.com
    #[arg(long, env = "PRORATA_SITE")]
    site: Option<String>,
}

/// Why there is no mailer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoMailer {
    #[error(transparent)]
    Transport(#[from] NoTransport),
    #[error("a template of the mails: {0}")]
    Templates(#[from] minijinja::Error),
}

impl Mail {
    /// The mailer that these options describe.
    pub(super) fn mailer(&self) -> Result<Mailer, NoMailer> {
        let site = self.site.as_deref();
        Ok(Mailer {
            transport: transport(&self.to)?,
            templates: Templates::parse()?,
            sender: self.from.clone(),
            support: self.support.clone(),
            site: site.map(|site| site.trim_end_matches('/').to_owned()),
            clock: Clock::system(),
        })
    }
}
