//! Which files the given paths stand for.

use super::kind_of;
use crate::error::ReadError;
use std::path::{Path, PathBuf};

/// Which files of folders and archives are read.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    #[cfg(feature = "formats")]
    globs: Option<ignore::overrides::Override>,
    /// Whether symbolic links in folders are followed.
    pub follow: bool,
    /// Whether hidden files are read.
    pub hidden: bool,
}

#[cfg(feature = "formats")]
impl Filter {
    /// A filter by globs: a file must match one of `include`, when there is any, and none of `exclude`.
    ///
    /// # Errors
    /// Names the glob that is none.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, String> {
        let mut builder = ignore::overrides::OverrideBuilder::new("");
        for glob in include {
            builder.add(glob).map_err(|error| error.to_string())?;
        }
        for glob in exclude {
            builder.add(&format!("!{glob}")).map_err(|error| error.to_string())?;
        }
        let globs = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { globs: (!globs.is_empty()).then_some(globs), ..Self::default() })
    }

    /// Whether a file of a folder or an archive is read: by its suffix, or because a glob asks for it.
    pub(super) fn accepts(&self, path: &Path) -> bool {
        match &self.globs {
            None => kind_of(path).is_some(),
            Some(globs) => match globs.matched(path, false) {
                ignore::Match::Ignore(_) => false,
                ignore::Match::Whitelist(_) => true,
                ignore::Match::None => kind_of(path).is_some(),
            },
        }
    }
}

#[cfg(not(feature = "formats"))]
impl Filter {
    fn accepts(&self, path: &Path) -> bool {
        kind_of(path).is_some()
    }
}

/// The inputs that paths stand for: files as given, folders walked in order. What cannot be listed is an error in place.
pub fn discover(paths: &[PathBuf]) -> Vec<Result<PathBuf, ReadError>> {
    discover_with(paths, &Filter::default())
}

/// As [`discover`], with a filter on the files of folders.
pub fn discover_with(paths: &[PathBuf], filter: &Filter) -> Vec<Result<PathBuf, ReadError>> {
    let mut found = Vec::new();
    for path in paths {
        if path == Path::new("-") || !path.is_dir() {
            found.push(Ok(path.clone()));
            continue;
        }
        let before = found.len();
        walk(path, filter, &mut found);
        if found.len() == before {
            found.push(Err(ReadError::of_file(
                path,
                "no file in this folder that could be read (.txt, .html, .jsonl …)",
            )));
        }
    }
    found
}

#[cfg(feature = "formats")]
fn walk(folder: &Path, filter: &Filter, found: &mut Vec<Result<PathBuf, ReadError>>) {
    let mut builder = ignore::WalkBuilder::new(folder);
    // A data folder is read whole: no ignore file of a repository around it applies, only an `.ignore` of its own.
    builder.standard_filters(false).hidden(!filter.hidden).ignore(true).follow_links(filter.follow);
    for entry in builder.sort_by_file_name(|a, b| a.cmp(b)).build() {
        match entry {
            Ok(entry) => {
                let Some(kind) = entry.file_type() else { continue };
                if kind.is_dir() || kind.is_symlink() || !filter.accepts(entry.path()) {
                    continue;
                }
                found.push(if kind.is_file() {
                    Ok(entry.into_path())
                } else {
                    Err(ReadError::of_file(entry.path(), "a pipe, socket or device, not a file"))
                });
            }
            Err(error) => found.push(Err(ReadError::of_file(folder, error))),
        }
    }
}

#[cfg(not(feature = "formats"))]
fn walk(folder: &Path, filter: &Filter, found: &mut Vec<Result<PathBuf, ReadError>>) {
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            paths.sort();
            for path in paths {
                if path.is_dir() {
                    walk(&path, filter, found);
                } else if filter.accepts(&path) {
                    found.push(Ok(path));
                }
            }
        }
        Err(error) => found.push(Err(ReadError::of_file(folder, error))),
    }
}
