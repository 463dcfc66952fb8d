//! Bytes from the disk or standard input: counted and unpacked.

#[cfg(feature = "formats")]
use super::unpack::{spooled, unpacked};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// Size and time of a file, by which a change is noticed.
pub type State = (u64, Option<SystemTime>);

/// An input that has been opened.
pub struct Source<'a> {
    file: Option<File>,
    consumed: &'a AtomicU64,
    /// Bytes read so far.
    taken: Rc<Cell<u64>>,
    /// Whether the bytes that come out are those on the disk.
    plain: bool,
}

/// Size and time of a regular file.
pub fn state(path: &Path) -> Option<State> {
    let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some((metadata.len(), metadata.modified().ok()))
}

/// Some first bytes, without consuming them.
pub fn head<'i>(input: &'i mut Box<dyn BufRead + '_>) -> io::Result<&'i [u8]> {
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    input.fill_buf()
}

impl<'a> Source<'a> {
    /// Opens a file, or standard input for `-`.
    pub fn open(path: &Path, consumed: &'a AtomicU64) -> Result<Self, String> {
        let file = if path == Path::new("-") {
            None
        } else {
            let file = File::open(path).map_err(|error| error.to_string())?;
            if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
                return Err("is a folder".to_string());
            }
            Some(file)
        };
        Ok(Self { file, consumed, taken: Rc::default(), plain: true })
    }

    /// Size and time, if it is a regular file.
    pub fn state(&self) -> Option<State> {
        let metadata = self.file.as_ref()?.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((metadata.len(), metadata.modified().ok()))
    }

    /// The bytes, unpacked when their first ones are those of gzip or zstd.
    pub fn unpack(mut self) -> io::Result<(Box<dyn BufRead + 'a>, Self)> {
        let raw: Box<dyn Read + 'a> = match &self.file {
            Some(file) => Box::new(file.try_clone()?),
            None => Box::new(io::stdin().lock()),
        };
        let counted = Counted { inner: raw, taken: Rc::clone(&self.taken), consumed: self.consumed };
        let input: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(1 << 16, counted));
        let (input, packed) = unpacked(input, &self.taken)?;
        self.plain = !packed;
        Ok((input, self))
    }

    /// The bytes as a file in which one can move: the file itself, or a copy without a name.
    #[cfg(feature = "formats")]
    pub fn seekable(&self, input: Box<dyn BufRead + '_>) -> io::Result<File> {
        match &self.file {
            Some(file) if self.plain && file.metadata()?.is_file() => {
                let mut file = file.try_clone()?;
                io::Seek::rewind(&mut file)?;
                self.consumed.fetch_add(file.metadata()?.len().saturating_sub(self.taken.get()), Ordering::Relaxed);
                Ok(file)
            }
            _ => spooled(input),
        }
    }
}

/// Without the crates for it nothing is unpacked.
#[cfg(not(feature = "formats"))]
fn unpacked<'r>(input: Box<dyn BufRead + 'r>, _: &Rc<Cell<u64>>) -> io::Result<(Box<dyn BufRead + 'r>, bool)> {
    Ok((input, false))
}

/// Counts what is read.
struct Counted<'a> {
    inner: Box<dyn Read + 'a>,
    taken: Rc<Cell<u64>>,
    consumed: &'a AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.taken.set(self.taken.get() + read as u64);
        self.consumed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
