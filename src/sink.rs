//! Where rows go: standard output, or a file that gets its name only when it is whole.
//!
//! Rows are collected in `NAME.part`; a run that breaks off leaves the part and never a half file under the name itself.

use crate::table::{self, Form};
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The form in the end.
    pub form: Form,
    /// Names of the cells.
    pub columns: &'static [&'static str],
    /// A byte order mark in front of CSV.
    pub mark: bool,
}

/// Rows on their way to a file.
pub struct Sink {
    layout: Layout,
    out: BufWriter<Box<dyn Write + Send>>,
    part: Option<Part>,
    length: u64,
}

/// A file that is not whole yet.
struct Part {
    target: PathBuf,
    path: PathBuf,
    file: File,
}

/// `NAME.part` beside the file.
pub fn part_of(target: &Path) -> PathBuf {
    suffixed(target, ".part")
}

/// The name with more behind it: `facts.csv` → `facts.csv.part`.
pub fn suffixed(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.as_os_str().to_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

/// The name of a shard, counted from 1: `facts.csv` → `facts-00001.csv`.
pub fn shard_of(target: &Path, number: u64) -> PathBuf {
    let stem = target.file_stem().unwrap_or_default().to_string_lossy();
    let suffix = target.extension().map_or_else(String::new, |suffix| format!(".{}", suffix.to_string_lossy()));
    target.with_file_name(format!("{stem}-{number:05}{suffix}"))
}

fn is_shard(target: &Path, name: &OsStr) -> bool {
    let number = || Path::new(name).file_stem()?.to_str()?.rsplit_once('-')?.1.parse().ok();
    number().is_some_and(|number| shard_of(target, number).file_name() == Some(name))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A shard of this name that is there already, the first of them.
pub fn left_shard(target: &Path) -> Option<PathBuf> {
    let names = fs::read_dir(folder_of(target)).ok()?.flatten().map(|entry| entry.file_name());
    names.filter(|name| is_shard(target, name)).min().map(|name| target.with_file_name(name))
}

/// Whether a path is that of a table or of one of its shards.
pub fn is_of(target: &Path, path: &Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    // Names first: there may be millions of paths.
    (Some(name) == target.file_name() || is_shard(target, name))
        && !is_special(path)
        && fs::canonicalize(folder_of(path)).ok() == fs::canonicalize(folder_of(target)).ok()
}

/// Whether the name stands for a device or a pipe, which are written directly: `/dev/null`, `/dev/fd/3`.
pub fn is_special(target: &Path) -> bool {
    fs::metadata(target).is_ok_and(|metadata| !metadata.is_file())
}

impl Sink {
    /// Opens a file, or standard output for `None`. With `keep` a part that was left is continued after that many bytes.
    ///
    /// # Errors
    /// When the file cannot be opened, or is shorter than `keep`.
    pub fn open(target: Option<&Path>, layout: Layout, keep: Option<u64>) -> io::Result<Self> {
        let (out, part): (Box<dyn Write + Send>, _) = match target {
            Some(target) if !is_special(target) => {
                let path = part_of(target);
                let mut file =
                    OpenOptions::new().read(true).write(true).create(true).truncate(keep.is_none()).open(&path)?;
                if let Some(keep) = keep {
                    if file.metadata()?.len() < keep {
                        return Err(io::Error::other(format!(
                            "{} is shorter than its checkpoint says",
                            path.display()
                        )));
                    }
                    file.set_len(keep)?;
                    file.seek(SeekFrom::End(0))?;
                }
                (Box::new(file.try_clone()?), Some(Part { target: target.to_path_buf(), path, file }))
            }
            // Parquet for a pipe is collected in a file without a name first.
            None | Some(_) if layout.form == Form::Parquet => {
                let file = tempfile::tempfile()?;
                let target = target.map_or_else(PathBuf::new, Path::to_path_buf);
                (Box::new(file.try_clone()?), Some(Part { target, path: PathBuf::new(), file }))
            }
            Some(target) => (Box::new(OpenOptions::new().write(true).open(target)?), None),
            None => (Box::new(io::stdout()), None),
        };
        let out = BufWriter::with_capacity(1 << 16, out);
        let mut sink = Self { layout, out, part, length: keep.unwrap_or(0) };
        if keep.unwrap_or(0) == 0 {
            let head = table::header(layout.form, layout.columns, layout.mark);
            sink.write(&head)?;
        }
        Ok(sink)
    }

    /// Adds rows as [`table::encode`] gives them.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&mut self, rows: &[u8]) -> io::Result<()> {
        self.length += rows.len() as u64;
        self.out.write_all(rows)
    }

    /// Puts everything onto the disk and gives the length of the part.
    ///
    /// # Errors
    /// The system's.
    pub fn sync(&mut self) -> io::Result<u64> {
        self.out.flush()?;
        if let Some(part) = &self.part {
            part.file.sync_data()?;
        }
        Ok(self.length)
    }

    /// Everything is written: the part becomes the file.
    ///
    /// # Errors
    /// The system's.
    pub fn finish(self) -> io::Result<()> {
        if self.layout.form.collected() == self.layout.form {
            return match self.into_part()? {
                Some(part) => part.rename(),
                None => Ok(()),
            };
        }
        let (columns, form) = (self.layout.columns, self.layout.form);
        self.rewrite(|rows, out| table::copy(rows, out, form, columns, None))
    }

    /// All rows so far, to be read again.
    ///
    /// # Errors
    /// The system's.
    pub fn rows(&mut self) -> io::Result<impl BufRead + use<>> {
        self.out.flush()?;
        let part = self.part.as_ref().ok_or_else(|| io::Error::other("rows that went to a pipe are gone"))?;
        Ok(BufReader::with_capacity(1 << 16, File::open(&part.path)?))
    }

    /// The rows were needed on the way alone: the part goes.
    ///
    /// # Errors
    /// The system's.
    pub fn discard(self) -> io::Result<()> {
        self.part.map_or(Ok(()), |part| fs::remove_file(&part.path))
    }

    /// As [`Sink::finish`], with one more column. `values` gives the cell of each row in order, None for a row that is
    /// left out.
    ///
    /// # Errors
    /// The system's; also when there are fewer values than rows.
    pub fn finish_with<'v>(self, name: &str, mut values: impl Iterator<Item = Option<&'v str>>) -> io::Result<()> {
        let (columns, form) = (self.layout.columns, self.layout.form);
        self.rewrite(|rows, out| table::copy(rows, out, form, columns, Some((name, &mut values))))
    }

    fn into_part(mut self) -> io::Result<Option<Part>> {
        self.out.flush()?;
        Ok(self.part)
    }

    /// Makes the file out of the part.
    fn rewrite(self, copy: impl FnOnce(&mut dyn BufRead, &mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<()> {
        let Some(mut part) = self.into_part()? else { return Ok(()) };
        part.file.rewind()?;
        let mut rows = BufReader::with_capacity(1 << 16, &part.file);
        if part.path.as_os_str().is_empty() {
            let mut out: Box<dyn Write + Send> = if part.target.as_os_str().is_empty() {
                Box::new(io::stdout())
            } else {
                Box::new(OpenOptions::new().write(true).open(&part.target)?)
            };
            copy(&mut rows, &mut out)?;
            return out.flush();
        }
        let whole = suffixed(&part.target, ".whole");
        let mut out = BufWriter::with_capacity(1 << 16, File::create(&whole)?);
        copy(&mut rows, &mut out)?;
        out.into_inner()?.sync_all()?;
        fs::rename(&whole, &part.target)?;
        fs::remove_file(&part.path)
    }
}

impl Part {
    fn rename(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, &self.target)
    }
}
