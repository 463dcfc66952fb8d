//! WARC, the format of web crawls: the HTML and text pages among its responses.
//!
//! The crate for it reads records without bound; here a record beyond the limit is named and skipped.

use super::{Feed, Raw, at_record};
use crate::decode;
use encoding_rs::Encoding;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

/// Head lines longer than this are no head.
const HEAD_LINE: u64 = 64 << 10;
/// A head may have so many lines.
const HEAD_LINES: usize = 1000;

/// Names in small letters, with their values.
type Head = Vec<(String, String)>;

fn value<'h>(head: &'h Head, name: &str) -> &'h str {
    head.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
}

/// Passes over the line ends between two records.
fn skip_blank(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let bytes = input.fill_buf()?;
        let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let all = blank == bytes.len();
        input.consume(blank);
        if blank == 0 || !all {
            return Ok(());
        }
    }
}

/// Reads head lines up to the blank one; the first line is given apart. None at the end of the input.
fn read_head(input: &mut impl BufRead) -> io::Result<Option<(String, Head)>> {
    let mut first = None;
    let mut head = Head::new();
    let mut line = Vec::new();
    for _ in 0..HEAD_LINES {
        line.clear();
        let read = input.take(HEAD_LINE).read_until(b'\n', &mut line)?;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        match (&first, text.is_empty()) {
            (None, true) if read == 0 => return Ok(None),
            (None, true) => {}
            (None, false) => first = Some(text.to_string()),
            (Some(first), true) => return Ok(Some((first.clone(), head))),
            (Some(_), false) => {
                let (name, value) = text.split_once(':').unwrap_or((text, ""));
                head.push((name.trim().to_ascii_lowercase(), value.trim().to_string()));
            }
        }
    }
    Err(io::Error::other("a head without an end"))
}

/// Counts the bytes that have been taken.
struct Counted<R> {
    inner: R,
    taken: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.taken += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount as u64;
        self.inner.consume(amount);
    }
}

/// Reads all responses.
pub fn read(path: &Path, input: impl BufRead, feed: &mut Feed<'_>) {
    let mut input = Counted { inner: input, taken: 0 };
    for number in 1.. {
        // Blank lines stand between records.
        let offset = skip_blank(&mut input).ok().map(|()| input.taken);
        let stop = |reason: &dyn std::fmt::Display| {
            Err(at_record(path, number, offset, format!("{reason}; the rest of the file is not read")))
        };
        let (first, head) = match read_head(&mut input) {
            Ok(Some(head)) => head,
            Ok(None) => return,
            Err(error) => {
                feed.give(stop(&error));
                return;
            }
        };
        let length = value(&head, "content-length").parse::<u64>();
        let (true, Ok(length)) = (first.starts_with("WARC/"), length) else {
            feed.give(stop(&"not a WARC record"));
            return;
        };
        let mut block = input.by_ref().take(length);
        let item = match value(&head, "warc-type") {
            "response" | "resource" | "conversion" => response(path, number, &head, &mut block, feed),
            _ => Ok(None),
        };
        let rest = io::copy(&mut block, &mut io::sink());
        let short = block.limit() > 0;
        let go_on = match item {
            Ok(None) => true,
            Ok(Some(raw)) => feed.give(Ok(raw)),
            Err(reason) => feed.give(Err(at_record(path, number, offset, reason))),
        };
        match rest {
            Err(error) => {
                feed.give(stop(&error));
                return;
            }
            Ok(_) if short => {
                feed.give(stop(&"the file ends inside this record"));
                return;
            }
            Ok(_) if !go_on => return,
            Ok(_) => {}
        }
    }
}

/// The page of a record; none when it holds something else.
fn response(
    path: &Path,
    number: u64,
    head: &Head,
    block: &mut impl BufRead,
    feed: &Feed<'_>,
) -> Result<Option<Raw>, String> {
    let uri = value(head, "warc-target-uri").trim_matches(['<', '>']);
    let id = if uri.is_empty() { format!("{}:{number}", path.display()) } else { uri.to_string() };
    let mut kind = value(head, "content-type").to_string();
    let mut http = Head::new();
    if kind.starts_with("application/http") {
        let Some((status, found)) = read_head(block).map_err(|error| error.to_string())? else {
            return Err("an empty answer".to_string());
        };
        if status.split_ascii_whitespace().nth(1).is_none_or(|code| !code.starts_with('2')) {
            return Ok(None);
        }
        kind = value(&found, "content-type").to_string();
        http = found;
    }
    let kind = kind.to_ascii_lowercase();
    let is_page = kind.contains("html");
    if !is_page && !kind.starts_with("text/plain") {
        return Ok(None);
    }
    let limit = feed.options.max_record as u64;
    let whole = |input: &mut dyn Read| -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        input.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > limit { Err(feed.too_large()) } else { Ok(bytes) }
    };
    let mut bytes = whole(block)?;
    if value(&http, "transfer-encoding").eq_ignore_ascii_case("chunked") {
        // Many crawlers store the body unchunked and keep the head.
        bytes = unchunked(&bytes).unwrap_or(bytes);
    }
    let packing = value(&http, "content-encoding").to_ascii_lowercase();
    bytes = match packing.as_str() {
        "gzip" | "x-gzip" if bytes.starts_with(&[0x1f, 0x8b]) => {
            whole(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()))?
        }
        "deflate" => whole(&mut flate2::read::ZlibDecoder::new(bytes.as_slice()))?,
        "br" => whole(&mut brotli_decompressor::Decompressor::new(bytes.as_slice(), 1 << 16))?,
        "zstd" => whole(&mut zstd::stream::read::Decoder::new(bytes.as_slice()).map_err(|error| error.to_string())?)?,
        "" | "identity" | "gzip" | "x-gzip" => bytes,
        other => return Err(format!("a body packed as {other}, which is not read")),
    };
    let declared = kind.split("charset=").nth(1).and_then(label);
    Ok(Some(if is_page { Raw::Page(id, bytes, declared) } else { Raw::Text(PathBuf::from(id), bytes) }))
}

fn label(text: &str) -> Option<&'static Encoding> {
    decode::of_label(text.split(';').next()?.trim_matches(['"', '\'', ' ']))
}

/// The body of a chunked answer; none when it is not chunked.
fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(bytes.len());
    loop {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let size = std::str::from_utf8(&bytes[..end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        bytes = &bytes[end + 1..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size..)?.trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together_and_what_is_not_chunked_is_left() {
        assert_eq!(unchunked(b"4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n").as_deref(), Some(b"Wikipedia ".as_slice()));
        assert_eq!(unchunked(b"<html>4"), None);
        assert_eq!(unchunked(b"ff\r\nshort"), None);
    }
}
