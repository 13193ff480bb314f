//! Test mail servers: a folder of files that counts, and a server on a socket with scripted replies.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use backend::foundation::clock::Clock;
use backend::mail::Mailer;
use backend::mail::templates::Templates;
use backend::mail::transport::{Folder, MailTransport, SendError, transport};
use backend::store::records::mails::Mail;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::backend::world::at;

/// A mailer whose clock does not run.
pub(super) fn mailer(address: &str) -> Mailer {
    with(transport(address).unwrap())
}

fn with(transport: Arc<dyn MailTransport>) -> Mailer {
    Mailer {
        transport,
        templates: Templates::parse().unwrap(),
        sender: "Prorata <billing@prorata.example>".to_owned(),
        support: "support@prorata.example".to_owned(),
        site: Some("https://app.prorata.example".to_owned()),
        clock: Clock::fixed_at(at("2026-06-20T10:00:00Z")),
    }
}

/// A folder that mails are written to.
#[derive(Debug, Clone)]
pub(crate) struct Letters {
    folder: Arc<TempDir>,
    handed_over: Arc<Mutex<Vec<String>>>,
}

/// A mail from the folder, decoded.
#[derive(Debug)]
pub(crate) struct MailBody {
    pub(crate) text: String,
}

impl Letters {
    pub(crate) fn new() -> Self {
        Self {
            folder: Arc::new(TempDir::new().unwrap()),
            handed_over: Arc::default(),
        }
    }

    pub(crate) fn mailer(&self) -> Mailer {
        with(Arc::new(Counting {
            folder: Folder::at(self.folder.path()),
            handed_over: Arc::clone(&self.handed_over),
        }))
    }

    /// How often a mail was sent.
    pub(crate) fn handed_over(&self) -> usize {
        self.handed_over.lock().unwrap().len()
    }

    /// The mails, in the order in which they were first written.
    pub(crate) fn read(&self) -> Vec<MailBody> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        let order = self.handed_over.lock().unwrap().clone();
        let place = |file: &PathBuf| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            order.iter().position(|id| name.ends_with(id.as_str()))
        };
        files.sort_by_key(place);
        let read = |file: &PathBuf| MailBody {
            text: decoded(&std::fs::read_to_string(file).unwrap()),
        };
        files.iter().map(read).collect()
    }
}

impl MailBody {
    pub(crate) fn header(&self, name: &str) -> String {
        let head = self.text.split("\n\n").next().unwrap();
        let mut lines = head.lines();
        let found = lines.find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found
            .unwrap_or_else(|| panic!("no {name}: {head}"))
            .to_owned()
    }
}

/// Decodes quoted-printable and folded lines.
fn decoded(raw: &str) -> String {
    let raw = raw
        .replace("\r\n", "\n")
        .replace("=\n", "")
        .replace("\n ", " ");
    let mut bytes = Vec::new();
    let mut rest = raw.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *first == b'=');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[derive(Debug)]
struct Counting {
    folder: Folder,
    handed_over: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl MailTransport for Counting {
    async fn send(&self, mail: &Mail, sender: &str) -> Result<(), SendError> {
        self.handed_over.lock().unwrap().push(mail.id.clone());
        self.folder.send(mail, sender).await
    }
}

/// What the server replies to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Talk {
    Takes,
    Later,
    Never,
}

/// A mail server's port on this machine, at first closed.
pub(super) struct Server {
    port: u16,
    talk: Arc<Mutex<Talk>>,
    taken: Arc<AtomicUsize>,
}

impl Server {
    /// A port that nothing listens on.
    pub(super) async fn down() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            port: listener.local_addr().unwrap().port(),
            talk: Arc::new(Mutex::new(Talk::Takes)),
            taken: Arc::default(),
        }
    }

    pub(super) fn address(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Starts to listen on the port.
    pub(super) async fn up(self, talk: Talk) -> Self {
        self.says(talk);
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        let (talk, taken) = (Arc::clone(&self.talk), Arc::clone(&self.taken));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&talk), Arc::clone(&taken)));
            }
        });
        self
    }

    pub(super) fn says(&self, talk: Talk) {
        *self.talk.lock().unwrap() = talk;
    }

    /// How many mails the server accepted.
    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }
}

/// One client, with just enough of RFC 5321.
async fn converse(
    stream: TcpStream,
    talk: Arc<Mutex<Talk>>,
    taken: Arc<AtomicUsize>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 stand-in\r\n").await.ok()?;
    let mut is_letter = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let says = *talk.lock().unwrap();
        let answer = match line.get(..4) {
            Some(_) if is_letter && line != ".\r\n" => continue,
            _ if is_letter => {
                is_letter = false;
                taken.fetch_add(1, Ordering::SeqCst);
                "250 taken\r\n"
            }
            Some("RCPT") if says == Talk::Later => "451 come back\r\n",
            Some("RCPT") if says == Talk::Never => "550 no such reader\r\n",
            Some("DATA") => {
                is_letter = true;
                "354 go on\r\n"
            }
            Some("QUIT") => "221 bye\r\n",
            _ => "250 well\r\n",
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}
