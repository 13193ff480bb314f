//! What takes a mail: an SMTP server, or a folder of files.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport, Tokio1Executor};

use crate::clock::instant_text;
use crate::store::mails::Mail;

/// How long a server may take over one mail.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// Nobody answers, or not to us: no other mail need be tried now.
    Unreachable(String),
    /// Not now.
    Later(String),
    /// Not ever: this address, or this mail, is refused.
    Never(String),
}

/// Takes mails.
#[async_trait]
pub trait MailTransport: fmt::Debug + Send + Sync {
    /// Takes a mail from a sender. The same mail may be handed over again; then it has the same
    /// Message-ID.
    async fn carry(&self, mail: &Mail, sender: &str) -> Result<(), SendError>;
}

/// The option of a transport is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTransport(String);

impl fmt::Display for NoTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoTransport {}

/// The transport of an address: `dir:PATH`, `smtp://…` or `smtps://…`. A server's address may name user,
/// password and port; `?tls=required` insists on encryption.
///
/// # Errors
/// An address that is none of these.
pub fn transport(address: &str) -> Result<Arc<dyn MailTransport>, NoTransport> {
    if let Some(path) = address.strip_prefix("dir:") {
        return Ok(Arc::new(Folder::at(path)));
    }
    if !address.starts_with("smtp://") && !address.starts_with("smtps://") {
        let line = "mail goes to dir:PATH, smtp://HOST or smtps://HOST";
        return Err(NoTransport(line.to_owned()));
    }
    let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(address);
    // Its own words would repeat the address, and with it the password.
    let server =
        server.map_err(|_| NoTransport("the mail server's address cannot be read".to_owned()))?;
    Ok(Arc::new(Smtp(server.timeout(Some(PATIENCE)).build())))
}

/// A mail server.
struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp")
    }
}

#[async_trait]
impl MailTransport for Smtp {
    async fn carry(&self, mail: &Mail, sender: &str) -> Result<(), SendError> {
        let message = message(mail, sender)?;
        match tokio::time::timeout(PATIENCE, self.0.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(cause)) => Err(untaken(&cause)),
            Err(_) => Err(SendError::Unreachable("no answer in time".to_owned())),
        }
    }
}

/// Replies to our own credentials say nothing about the mail.
const NOT_TO_US: [&str; 5] = ["421", "530", "534", "535", "538"];

fn untaken(cause: &lettre::transport::smtp::Error) -> SendError {
    let why = cause.to_string();
    let code = cause.status().map(|code| code.to_string());
    match code {
        Some(code) if NOT_TO_US.contains(&code.as_str()) => SendError::Unreachable(why),
        Some(_) if cause.is_permanent() => SendError::Never(why),
        Some(_) => SendError::Later(why),
        None => SendError::Unreachable(why),
    }
}

/// A folder in which every mail becomes a file.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder; it is made with its first mail.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
        }
    }
}

#[async_trait]
impl MailTransport for Folder {
    async fn carry(&self, mail: &Mail, sender: &str) -> Result<(), SendError> {
        let bytes = message(mail, sender)?.formatted();
        // A mail that is handed over again replaces itself.
        let at = instant_text(mail.posted_at).replace(':', "");
        let path = self.path.join(format!("{at}-{}.eml", mail.id));
        let kept = tokio::task::spawn_blocking(move || keep(&path, &bytes)).await;
        match kept {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => Err(SendError::Unreachable(cause.to_string())),
            Err(cause) => Err(SendError::Later(cause.to_string())),
        }
    }
}

/// Writes a file that is there whole or not at all, for its owner alone.
fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let unfinished = path.with_extension("part");
    let mut options = std::fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.sync_all()?;
    std::fs::rename(unfinished, path)
}

/// The mail as it goes over the wire.
fn message(mail: &Mail, sender: &str) -> Result<Message, SendError> {
    let address = |text: &str| {
        text.parse::<Mailbox>()
            .map_err(|_| SendError::Never(format!("{text:?} is no address")))
    };
    let from = address(sender)?;
    let id = format!("<{}@{}>", mail.id, from.email.domain());
    Message::builder()
        .from(from)
        .to(address(&mail.recipient)?)
        .subject(mail.subject.as_str())
        .message_id(Some(id))
        .date(posted_at(mail))
        .multipart(body(mail)?)
        .map_err(|cause| SendError::Never(cause.to_string()))
}

/// The words in both forms, and the files that go with them.
fn body(mail: &Mail) -> Result<MultiPart, SendError> {
    let words = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    if mail.attachments.is_empty() {
        return Ok(words);
    }
    let mut body = MultiPart::mixed().multipart(words);
    for file in &mail.attachments {
        let kind = ContentType::parse(&file.media_type)
            .map_err(|cause| SendError::Never(format!("{}: {cause}", file.name)))?;
        let attachment = Attachment::new(file.name.clone());
        body = body.singlepart(attachment.body(file.content.clone(), kind));
    }
    Ok(body)
}

/// When it happened, for the Date header.
fn posted_at(mail: &Mail) -> SystemTime {
    let seconds = u64::try_from(mail.posted_at.timestamp()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_carrier_and_hides_its_password() {
        assert!(transport("dir:mail").is_ok());
        assert!(transport("smtp://localhost:2525").is_ok());
        let error = transport("pop3://mail").unwrap_err().to_string();
        assert_eq!(error, "mail goes to dir:PATH, smtp://HOST or smtps://HOST");
        let error = transport("smtp://ann:secret@:x").unwrap_err().to_string();
        assert_eq!(error, "the mail server's address cannot be read");
    }
}
