//! Gzip and zstd, guarded against files that blow up.

use super::source::head;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// What unpacks to more than this many bytes …
const BOMB_BYTES: u64 = 256 << 20;
/// … and to more than this many times its size is no text. Text rarely packs to a twentieth.
const BOMB_RATIO: u64 = 500;

/// Unpacks gzip and zstd; `taken` counts the bytes that go in. Tells whether there was anything to unpack.
pub fn unpacked<'r>(
    mut input: Box<dyn BufRead + 'r>,
    taken: &Rc<Cell<u64>>,
) -> io::Result<(Box<dyn BufRead + 'r>, bool)> {
    let bytes = head(&mut input)?;
    let inner: Box<dyn Read + 'r> = if bytes.starts_with(&[0x1f, 0x8b]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(input))
    } else if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
        // 128 MiB, as the zstd program allows without being asked.
        decoder.window_log_max(27)?;
        Box::new(decoder)
    } else {
        return Ok((input, false));
    };
    let guarded = Guarded { inner, taken: Rc::clone(taken), given: 0 };
    Ok((Box::new(BufReader::with_capacity(1 << 16, guarded)), true))
}

/// A copy without a name, which vanishes with the process.
pub fn spooled(mut input: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut input, &mut file)?;
    io::Seek::rewind(&mut file)?;
    Ok(file)
}

/// Stops at what blows up out of all proportion.
pub struct Guarded<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
    given: u64,
}

impl<R> Guarded<R> {
    /// Guards a reader over `packed` bytes.
    pub fn over(inner: R, packed: u64) -> Self {
        Self { inner, taken: Rc::new(Cell::new(packed)), given: 0 }
    }

    /// Bytes that came out so far.
    pub const fn given(&self) -> u64 {
        self.given
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.given += read as u64;
        if self.given > BOMB_BYTES && self.given / BOMB_RATIO > self.taken.get() {
            return Err(io::Error::other(format!("unpacks to more than {BOMB_RATIO} times its size: a bomb")));
        }
        Ok(read)
    }
}
