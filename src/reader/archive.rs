//! Tar and zip: their members one after another, archives among them too. Nothing is ever written to the disk under a
//! member's name.

use super::unpack::{self, Guarded};
use super::{Feed, kind_of, read_stream};
use crate::decode;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

/// Archives may lie so deep inside each other: a dump of scraped archives in an archive has two or three.
const DEPTH: u32 = 4;
/// A zip file whose members unpack to more than this many bytes …
const ZIP_BYTES: u64 = 4 << 30;
/// … and to more than this many times its size is not read to its end.
const ZIP_RATIO: u64 = 1000;

/// The archives around a member.
#[derive(Default)]
pub struct Nest {
    depth: u32,
    /// Zip files among them.
    zips: u32,
    /// Size of the outermost zip files, and what came out of them and of those inside: a small file must not grow level
    /// by level.
    packed: u64,
    unpacked: u64,
}

/// A member's name behind that of its archive; none for what is passed over in silence (hidden, or not asked for).
fn member(archive: &Path, name: &[u8], feed: &Feed<'_>) -> Option<Result<PathBuf, PathBuf>> {
    // Archives made under Chinese Windows name their members in GBK.
    let name = decode::decode(name.to_vec(), None).unwrap_or_else(|_| String::from_utf8_lossy(name).into_owned());
    let inner = Path::new(&name);
    let hidden = |part: Component<'_>| {
        part.as_os_str().to_str().is_some_and(|part| part.starts_with('.') && part != "." && part != "..")
    };
    if (!feed.options.filter.hidden && inner.components().any(hidden)) || !feed.options.filter.accepts(inner) {
        return None;
    }
    let safe = inner.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        && !name.contains(['\\', '\0']);
    let path =
        archive.join(inner.components().filter(|part| matches!(part, Component::Normal(_))).collect::<PathBuf>());
    Some(if safe { Ok(path) } else { Err(PathBuf::from(format!("{}/{name}", archive.display()))) })
}

/// A member that must have as many bytes as the archive says.
struct Exact<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        if read == 0 && self.left > 0 && !out.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends inside this file"));
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

fn read_member(path: &Path, size: u64, member: impl Read, feed: &mut Feed<'_>) {
    let input: Box<dyn BufRead + '_> = Box::new(BufReader::with_capacity(1 << 16, member));
    match unpack::unpacked(input, &Rc::new(Cell::new(size))) {
        Ok((input, _)) => {
            if let Some(kind) = kind_of(path).or(Some(super::Kind::Text)) {
                read_stream(path, kind, input, feed);
            }
        }
        Err(error) => {
            feed.fault(path, error);
        }
    }
}

/// Reads an archive, unless it lies too deep.
fn nested(path: &Path, feed: &mut Feed<'_>, read: impl FnOnce(&mut Feed<'_>)) {
    if feed.archives.depth == DEPTH {
        feed.fault(path, format!("an archive inside {DEPTH} others is not read"));
        return;
    }
    let before = feed.given;
    feed.archives.depth += 1;
    read(feed);
    feed.archives.depth -= 1;
    if feed.given == before {
        feed.fault(path, "no file in this archive that could be read (.txt, .html, .jsonl …)");
    }
}

/// Reads a tar stream.
pub fn tar(path: &Path, input: impl Read, feed: &mut Feed<'_>) {
    nested(path, feed, |feed| tar_members(path, input, feed));
}

/// Reads a zip file.
pub fn zip(path: &Path, file: File, feed: &mut Feed<'_>) {
    if feed.archives.zips == 0 {
        feed.archives.packed += file.metadata().map_or(0, |metadata| metadata.len());
    }
    feed.archives.zips += 1;
    nested(path, feed, |feed| zip_members(path, file, feed));
    feed.archives.zips -= 1;
}

fn tar_members(path: &Path, input: impl Read, feed: &mut Feed<'_>) {
    let mut archive = tar::Archive::new(input);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => {
            feed.fault(path, error);
            return;
        }
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                feed.fault(path, format!("broken archive, the rest is not read: {error}"));
                return;
            }
        };
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_symlink() || kind.is_hard_link() || kind.is_pax_global_extensions() {
            continue;
        }
        match member(path, &entry.path_bytes(), feed) {
            None => {}
            Some(Err(name)) => {
                feed.fault(&name, "a path that leads out of the archive");
            }
            // A sparse file may claim any number of zeros.
            Some(Ok(name)) if !(kind.is_file() || kind.is_contiguous()) => {
                feed.fault(&name, "not an ordinary file");
            }
            Some(Ok(name)) => {
                let size = entry.size();
                read_member(&name, size, Exact { inner: entry, left: size }, feed);
            }
        }
        if !feed.open {
            return;
        }
    }
}

fn zip_members(path: &Path, file: File, feed: &mut Feed<'_>) {
    let mut archive = match zip::ZipArchive::new(BufReader::new(file)) {
        Ok(archive) => archive,
        Err(error) => {
            feed.fault(path, format!("broken archive: {error}"));
            return;
        }
    };
    for index in 0..archive.len() {
        let (name, plain) = match archive.by_index_raw(index) {
            Ok(entry) => (member(path, entry.name_raw(), feed), entry.is_file() && !entry.is_symlink()),
            Err(error) => (Some(Err(path.join(format!("#{index}: {error}")))), true),
        };
        match name {
            None => {}
            Some(_) if !plain => {}
            Some(Err(name)) => {
                feed.fault(&name, "a path that leads out of the archive");
            }
            Some(Ok(name)) => match archive.by_index(index) {
                Ok(entry) => {
                    let (size, own) = (entry.size(), entry.compressed_size());
                    let mut guarded = Guarded::over(entry, own);
                    read_member(&name, size, &mut guarded, feed);
                    feed.archives.unpacked = feed.archives.unpacked.saturating_add(guarded.given());
                }
                Err(error) => {
                    feed.fault(&name, error);
                }
            },
        }
        // Members may share their bytes, so that none alone is a bomb.
        if feed.archives.unpacked > ZIP_BYTES && feed.archives.unpacked / ZIP_RATIO > feed.archives.packed {
            feed.fault(path, "unpacks out of all proportion: a bomb; the rest is not read");
            return;
        }
        if !feed.open {
            return;
        }
    }
}
