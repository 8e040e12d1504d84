//! A PDF of each Typst source an exporter makes, by the program `typst` where it is installed.

use std::io;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use govkit_core::export::{OutputFile, Sink};
use govkit_core::path::RepoPath;

const SOURCE: &str = ".typ";
const PDF: &str = ".pdf";

/// Hands files on, and after each Typst source the PDF of it.
pub(super) struct Typesetter {
    to: Box<dyn Sink>,
    trouble: Trouble,
}

/// Why there is no PDF, where there is none.
#[derive(Clone, Default)]
pub(super) struct Trouble(Arc<Mutex<Vec<NoPdf>>>);

/// Why there is no PDF.
pub(super) enum NoPdf {
    /// There is no program `typst`.
    NotInstalled,
    /// It did not make one of this source, and says why.
    Failed(String, String),
}

impl Typesetter {
    pub(super) fn before(to: Box<dyn Sink>) -> (Self, Trouble) {
        let trouble = Trouble::default();
        let other = trouble.clone();
        (Self { to, trouble }, other)
    }
}

impl Trouble {
    pub(super) fn take(&self) -> Vec<NoPdf> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, why: NoPdf) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(why);
    }
}

impl Sink for Typesetter {
    fn put(&mut self, file: OutputFile) -> Result<(), String> {
        let name = file.path.as_str().strip_suffix(SOURCE);
        let path = name.and_then(|name| RepoPath::new(format!("{name}{PDF}")).ok());
        let Some(path) = path else {
            return self.to.put(file);
        };
        let made = pdf(&file.bytes);
        let source = file.path.to_string();
        self.to.put(file)?;
        match made {
            Ok(Ok(bytes)) => self.to.put(OutputFile { path, bytes })?,
            Ok(Err(words)) => self.trouble.note(NoPdf::Failed(source, words)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.trouble.note(NoPdf::NotInstalled);
            }
            Err(error) => self.trouble.note(NoPdf::Failed(source, error.to_string())),
        }
        Ok(())
    }
}

/// Runs `typst` over a source in a directory where there is nothing else: the source cannot name a
/// file that is not there. `Err` in `Ok` is what typst said.
fn pdf(source: &[u8]) -> io::Result<Result<Vec<u8>, String>> {
    let place = tempfile::tempdir()?;
    std::fs::write(place.path().join("source.typ"), source)?;
    let done = Command::new("typst")
        .args(["compile", "--root", ".", "source.typ", "made.pdf"])
        .current_dir(place.path())
        .stdin(Stdio::null())
        .output()?;
    if done.status.success() {
        return std::fs::read(place.path().join("made.pdf")).map(Ok);
    }
    let words = String::from_utf8_lossy(&done.stderr);
    let first = words.lines().find(|line| !line.trim().is_empty());
    Ok(Err(first.unwrap_or("it failed without a word").to_owned()))
}
