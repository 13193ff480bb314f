//! Transports for mails: an SMTP server, or a folder of files.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport, Tokio1Executor};

use crate::foundation::clock::instant_text;
use crate::store::records::mails::Mail;

/// How long a server may take for one mail.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a mail was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// The server is unreachable or rejects us: other mails would fail now too.
    Unreachable(String),
    /// The server cannot accept the mail now.
    Later(String),
    /// The server will never accept it: the address or the mail is refused.
    Never(String),
}

/// A transport for mails.
#[async_trait]
pub trait MailTransport: fmt::Debug + Send + Sync {
    /// Sends a mail. The same mail may be sent again after a failure, with the same Message-ID, so that
    /// the recipient's server can recognise it.
    async fn send(&self, mail: &Mail, sender: &str) -> Result<(), SendError>;
}

/// The configured address is not a transport's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoTransport(String);

/// The transport for an address: `dir:PATH`, `smtp://…` or `smtps://…`. A server's address may contain a
/// user, a password and a port; `?tls=required` requires encryption.
///
/// # Errors
/// Another scheme, or an address of a server that cannot be parsed.
pub fn transport(address: &str) -> Result<Arc<dyn MailTransport>, NoTransport> {
    if let Some(path) = address.strip_prefix("dir:") {
        return Ok(Arc::new(Folder::at(path)));
    }
    if !address.starts_with("smtp://") && !address.starts_with("smtps://") {
        let line = "mail goes to dir:PATH, smtp://HOST or smtps://HOST";
        return Err(NoTransport(line.to_owned()));
    }
    let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(address);
    // The original error would show the address, and with it the password.
    let server =
        server.map_err(|_| NoTransport("the mail server's address cannot be read".to_owned()))?;
    Ok(Arc::new(Smtp(server.timeout(Some(PATIENCE)).build())))
}

struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp")
    }
}

#[async_trait]
impl MailTransport for Smtp {
    async fn send(&self, mail: &Mail, sender: &str) -> Result<(), SendError> {
        let message = message(mail, sender)?;
        match tokio::time::timeout(PATIENCE, self.0.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(cause)) => Err(untaken(&cause)),
            Err(_) => Err(SendError::Unreachable("no answer in time".to_owned())),
        }
    }
}

/// SMTP codes that reject our connection or credentials, and say nothing about the mail.
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

/// A folder into which every mail is written as a file.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder is created with the first mail.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
        }
    }
}

#[async_trait]
impl MailTransport for Folder {
    async fn send(&self, mail: &Mail, sender: &str) -> Result<(), SendError> {
        let bytes = message(mail, sender)?.formatted();
        // A mail that is sent again has the same file name and replaces its earlier file.
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

/// Writes a file that only its owner can read. It appears complete or not at all.
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

/// The MIME message.
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

/// The text and HTML forms, and the attachments.
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

/// The `Date` header: when the notice was posted.
fn posted_at(mail: &Mail) -> SystemTime {
    let seconds = u64::try_from(mail.posted_at.timestamp()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_selects_the_transport_and_hides_its_password() {
        assert!(transport("dir:mail").is_ok());
        assert!(transport("smtp://localhost:2525").is_ok());
        let error = transport("pop3://mail").unwrap_err().to_string();
        assert_eq!(error, "mail goes to dir:PATH, smtp://HOST or smtps://HOST");
        let error = transport("smtp://ann:secret@:x").unwrap_err().to_string();
        assert_eq!(error, "the mail server's address cannot be read");
    }
}
