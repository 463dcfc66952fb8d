//! Files, folders, archives and standard input to documents, one record after another, within bounded memory.
//!
//! A record that cannot be read is a [`ReadError`] in its place in the order; the records around it go on.
//! What a file holds is told by its suffix, for standard input by its first bytes; whether it is compressed, always by
//! its first bytes.

#[cfg(feature = "formats")]
mod archive;
#[cfg(feature = "formats")]
mod columnar;
#[cfg(feature = "formats")]
pub mod html;
mod json;
mod lines;
mod record;
mod source;
mod table;
#[cfg(feature = "formats")]
mod unpack;
mod walk;
#[cfg(feature = "formats")]
mod warc;

pub use record::Fields;
pub use walk::{Filter, discover, discover_with};

use crate::decode;
use crate::document::Document;
use crate::error::{ReadError, RecordAt};
use encoding_rs::Encoding;
use source::Source;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

/// Largest record that is read unless told otherwise, in bytes: 16 MiB.
pub const MAX_RECORD: usize = 16 << 20;

/// What the reader gives: a record, or the reason why there is none.
pub type Item = Result<Raw, ReadError>;

/// A record as it lay in its file. Decoding and the search for the article on a page cost time and are left to the
/// workers.
#[derive(Debug)]
pub enum Raw {
    /// A record with fields, read already.
    Document(Document),
    /// A text file.
    Text(PathBuf, Vec<u8>),
    /// An HTML page, with the encoding that its transport declares.
    #[cfg(feature = "formats")]
    Page(String, Vec<u8>, Option<&'static Encoding>),
}

impl Raw {
    /// Bytes that it holds.
    pub fn size(&self) -> usize {
        match self {
            Self::Document(document) => document.text.len(),
            Self::Text(_, bytes) => bytes.len(),
            #[cfg(feature = "formats")]
            Self::Page(_, bytes, _) => bytes.len(),
        }
    }

    /// What the record is called, for a fault that is none of the record's own.
    pub fn name(&self) -> PathBuf {
        match self {
            Self::Document(document) => PathBuf::from(&document.id),
            Self::Text(path, _) => path.clone(),
            #[cfg(feature = "formats")]
            Self::Page(id, ..) => PathBuf::from(id),
        }
    }

    /// The document.
    ///
    /// # Errors
    /// Why there is none: bytes that are no text, a page without an article.
    pub fn document(self, options: &Options) -> Result<Document, ReadError> {
        match self {
            Self::Document(document) => Ok(document),
            Self::Text(path, bytes) => text(&path, bytes, options),
            #[cfg(feature = "formats")]
            Self::Page(id, bytes, declared) => page(id, &bytes, declared, options),
        }
    }
}

/// How inputs are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Largest record, in bytes.
    pub max_record: usize,
    /// What the user says the encoding is.
    pub encoding: Option<&'static Encoding>,
    /// Names of the fields of records.
    pub fields: Fields,
    /// Which files of folders and archives are read.
    pub filter: Filter,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_record: MAX_RECORD, encoding: None, fields: Fields::default(), filter: Filter::default() }
    }
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Html,
    Lines,
    Json,
    /// Cells with this byte between them.
    Table(u8),
    Parquet,
    Tar,
    Zip,
    Warc,
}

/// The suffix of a name in small letters, without that of a compression: `a.JSONL.gz` → `jsonl`.
fn suffix(path: &Path) -> String {
    let lower = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst")).unwrap_or(&lower);
    match name.rsplit_once('.') {
        Some((_, "tgz" | "tzst")) => "tar".to_string(),
        Some((_, suffix)) => suffix.to_string(),
        None => String::new(),
    }
}

fn kind_of(path: &Path) -> Option<Kind> {
    match suffix(path).as_str() {
        "txt" => Some(Kind::Text),
        "html" | "htm" | "shtml" | "xhtml" => Some(Kind::Html),
        "jsonl" | "ndjson" => Some(Kind::Lines),
        "json" => Some(Kind::Json),
        "csv" => Some(Kind::Table(b',')),
        "tsv" => Some(Kind::Table(b'\t')),
        "parquet" | "pq" => Some(Kind::Parquet),
        "tar" => Some(Kind::Tar),
        "zip" => Some(Kind::Zip),
        "warc" => Some(Kind::Warc),
        _ => None,
    }
}

/// What the first bytes say, for an input whose name says nothing.
fn sniff(head: &[u8]) -> Kind {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |word: &[u8]| text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word);
    match text.first() {
        Some(b'{') => Kind::Lines,
        // 【…】 is no ASCII bracket; an article may begin with [图文], an array of records begins with [{.
        Some(b'[') if text[1..].trim_ascii_start().first() == Some(&b'{') => Kind::Json,
        _ if ["<!doctype html", "<html", "<head"].iter().any(|word| begins(word.as_bytes())) => Kind::Html,
        _ if begins(b"WARC/") => Kind::Warc,
        _ if head.starts_with(b"PAR1") => Kind::Parquet,
        _ if head.starts_with(b"PK\x03\x04") => Kind::Zip,
        _ if head.len() > 262 && &head[257..262] == b"ustar" => Kind::Tar,
        _ => Kind::Text,
    }
}

/// Where records go, with all that reading them needs.
struct Feed<'a> {
    options: &'a Options,
    give: &'a mut dyn FnMut(Item) -> bool,
    /// Whether anybody still listens.
    open: bool,
    given: u64,
    /// Archives around what is read now, and what is known of them.
    #[cfg(feature = "formats")]
    archives: archive::Nest,
}

impl Feed<'_> {
    /// Hands an item on; false to stop.
    fn give(&mut self, item: Item) -> bool {
        if self.open {
            self.given += 1;
            self.open = (self.give)(item);
        }
        self.open
    }

    /// A fault of the whole file.
    fn fault(&mut self, path: &Path, reason: impl ToString) -> bool {
        self.give(Err(ReadError::of_file(path, reason)))
    }

    fn too_large(&self) -> String {
        let limit = self.options.max_record;
        if limit.is_multiple_of(1 << 20) {
            format!("larger than {} MiB", limit >> 20)
        } else {
            format!("larger than {limit} bytes")
        }
    }
}

/// A fault of one record.
fn at_record(path: &Path, number: u64, offset: Option<u64>, reason: impl ToString) -> ReadError {
    ReadError { path: path.to_path_buf(), record: Some(RecordAt { number, offset }), reason: reason.to_string() }
}

/// Reads one input and hands each record to `give`, which answers false to stop.
/// `consumed` counts the bytes that were read from the disk, for progress.
pub fn read(path: &Path, options: &Options, give: &mut dyn FnMut(Item) -> bool, consumed: &AtomicU64) {
    let mut feed = Feed {
        options,
        give,
        open: true,
        given: 0,
        #[cfg(feature = "formats")]
        archives: archive::Nest::default(),
    };
    let source = match Source::open(path, consumed) {
        Ok(source) => source,
        Err(reason) => {
            feed.fault(path, reason);
            return;
        }
    };
    let before = source.state();
    match source.unpack() {
        Ok((input, source)) => read_source(path, input, &source, &mut feed),
        Err(error) => {
            feed.fault(path, error);
        }
    }
    if let Some(before) = before
        && source::state(path) != Some(before)
    {
        feed.fault(path, "changed while it was read");
    }
}

fn read_source(path: &Path, mut input: Box<dyn BufRead + '_>, source: &Source<'_>, feed: &mut Feed<'_>) {
    let kind = match kind_of(path) {
        Some(kind) => kind,
        None => match source::head(&mut input) {
            Ok(head) => sniff(head),
            Err(error) => {
                feed.fault(path, error);
                return;
            }
        },
    };
    #[cfg(feature = "formats")]
    match kind {
        Kind::Tar => return archive::tar(path, input, feed),
        Kind::Zip | Kind::Parquet => {
            let file = match source.seekable(input) {
                Ok(file) => file,
                Err(error) => {
                    feed.fault(path, error);
                    return;
                }
            };
            return if kind == Kind::Zip { archive::zip(path, file, feed) } else { columnar::read(path, file, feed) };
        }
        _ => {}
    }
    #[cfg(not(feature = "formats"))]
    let _ = source;
    read_stream(path, kind, input, feed);
}

/// Reads what needs no seeking: a file, or a member of an archive.
fn read_stream(path: &Path, kind: Kind, input: Box<dyn BufRead + '_>, feed: &mut Feed<'_>) {
    let before = feed.given;
    match kind {
        Kind::Text => {
            let item = read_whole(path, input, feed).map(|bytes| Raw::Text(path.to_path_buf(), bytes));
            feed.give(item);
        }
        Kind::Lines | Kind::Json | Kind::Table(_) => match decode::stream(input, feed.options.encoding) {
            Ok(input) => match kind {
                Kind::Lines => lines::read(path, input, feed),
                Kind::Json => json::read(path, input, feed),
                Kind::Table(separator) => table::read(path, input, separator, feed),
                _ => {}
            },
            Err(error) => {
                feed.fault(path, error);
            }
        },
        #[cfg(feature = "formats")]
        Kind::Html => {
            let id = path.display().to_string();
            let item = read_whole(path, input, feed).map(|bytes| Raw::Page(id, bytes, None));
            feed.give(item);
        }
        #[cfg(feature = "formats")]
        Kind::Warc => warc::read(path, input, feed),
        #[cfg(feature = "formats")]
        Kind::Tar => archive::tar(path, input, feed),
        #[cfg(feature = "formats")]
        Kind::Zip => match unpack::spooled(input) {
            Ok(file) => archive::zip(path, file, feed),
            Err(error) => {
                feed.fault(path, error);
            }
        },
        #[cfg(feature = "formats")]
        Kind::Parquet => match unpack::spooled(input) {
            Ok(file) => columnar::read(path, file, feed),
            Err(error) => {
                feed.fault(path, error);
            }
        },
        #[cfg(not(feature = "formats"))]
        _ => {
            feed.fault(path, "this build reads text, JSON and CSV alone (feature `formats`)");
        }
    }
    if feed.given == before {
        feed.fault(path, "empty");
    }
}

fn read_whole(path: &Path, input: impl Read, feed: &Feed<'_>) -> Result<Vec<u8>, ReadError> {
    let limit = feed.options.max_record;
    let mut bytes = Vec::new();
    input.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| ReadError::of_file(path, error))?;
    if bytes.len() > limit {
        return Err(ReadError::of_file(path, feed.too_large()));
    }
    Ok(bytes)
}

fn text(path: &Path, bytes: Vec<u8>, options: &Options) -> Result<Document, ReadError> {
    let text = decode::decode(bytes, options.encoding).map_err(|reason| ReadError::of_file(path, reason))?;
    if text.trim().is_empty() {
        return Err(ReadError::of_file(path, "empty"));
    }
    Ok(Document::new(path.display().to_string(), text))
}

#[cfg(feature = "formats")]
fn page(
    id: String,
    bytes: &[u8],
    declared: Option<&'static Encoding>,
    options: &Options,
) -> Result<Document, ReadError> {
    if bytes.trim_ascii().is_empty() {
        return Err(ReadError::of_file(id, "empty"));
    }
    let declared = declared.or_else(|| html::declared(bytes));
    let page = decode::decode_page(bytes, options.encoding, declared);
    match html::article(&page) {
        Ok(article) => Ok(Document { id, text: article.text, title: article.title, date: article.date }),
        Err(reason) => Err(ReadError::of_file(id, reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_tells_the_kind_and_first_bytes_do_when_it_is_silent() {
        for (name, kind) in [
            ("a.txt", Kind::Text),
            ("a.TXT.gz", Kind::Text),
            ("a.jsonl.zst", Kind::Lines),
            ("a.tgz", Kind::Tar),
            ("a.tar.zst", Kind::Tar),
            ("a.shtml", Kind::Html),
            ("a.tsv.gz", Kind::Table(b'\t')),
            ("dir.d/a.warc.gz", Kind::Warc),
        ] {
            assert_eq!(kind_of(Path::new(name)), Some(kind), "{name}");
        }
        assert_eq!(kind_of(Path::new("notes.md")), None);
        assert_eq!(kind_of(Path::new(".gz")), None);
        assert_eq!(sniff("[图文]深圳帮扶河源".as_bytes()), Kind::Text);
        assert_eq!(sniff(b" [ {\"text\""), Kind::Json);
        assert_eq!(sniff(b"\xef\xbb\xbf{\"text\""), Kind::Lines);
        assert_eq!(sniff(b"\n<!DOCTYPE HTML PUBLIC"), Kind::Html);
        assert_eq!(sniff(b""), Kind::Text);
    }
}
