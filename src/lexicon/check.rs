//! What is wrong with tables beyond what keeps them from loading: order, sources, names that hide each other.
//!
//! Takes folders (or the built-in tables), gives every fault at once; [`write`] puts their files into canonical order.

use super::load::{TableFile, Tables, fault_at, key, read_folder};
use super::tables::{CueKind, Danger, Form, Level, PlaceId, Sense, TABLES};
use super::tsv::{self, Row, RowRef};
use super::{Lexicon, Overlay};
use crate::error::{Error, LexiconError};
use std::path::{Path, PathBuf};

/// What a check found.
#[derive(Debug)]
pub struct Report {
    /// Every fault, by file, line and column.
    pub faults: Vec<LexiconError>,
    /// What each folder changes.
    pub overlays: Vec<Overlay>,
    /// How many places there are, with those of the folders.
    pub places: usize,
}

/// Checks the built-in tables, or those of the folders as they lie over them.
///
/// # Errors
/// [`Error::Read`] when a folder cannot be read. Faults are no error, but the result.
pub fn check(folders: &[PathBuf]) -> Result<Report, Error> {
    let mut faults = Vec::new();
    let files = if folders.is_empty() { builtin() } else { read_all(folders)? };
    for file in &files {
        order_and_sources(file, &mut faults);
    }
    let (lexicon, errors) = Tables::read(folders)?.build();
    faults.extend(errors);
    let checked = |row: RowRef| folders.is_empty() || usize::from(row.file) >= TABLES.len();
    names(&lexicon, &checked, &mut faults);
    faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    faults.dedup();
    Ok(Report { faults, places: lexicon.places.len(), overlays: lexicon.overlays })
}

/// Rewrites the tables of folders in canonical order: the comments on top, the header, then rows by key, each with the
/// comments right above it; line ends of Unix, no byte order mark. Gives the files that changed.
///
/// # Errors
/// [`Error::Read`] when a folder cannot be read, [`Error::Write`] when a file cannot be written.
pub fn write(folders: &[PathBuf]) -> Result<Vec<String>, Error> {
    let mut changed = Vec::new();
    for file in read_all(folders)? {
        let canonical = canonical(TABLES[file.index].key, &file.text);
        if canonical != file.text {
            let broken = |source| Error::Write { path: file.label.clone(), source };
            std::fs::write(Path::new(&file.label), canonical).map_err(broken)?;
            changed.push(file.label);
        }
    }
    Ok(changed)
}

fn builtin() -> Vec<TableFile> {
    let file = |(index, spec): (usize, &tsv::TableSpec)| TableFile {
        index,
        label: spec.name.to_string(),
        text: spec.builtin.to_string(),
    };
    TABLES.iter().enumerate().map(file).collect()
}

fn read_all(folders: &[PathBuf]) -> Result<Vec<TableFile>, Error> {
    let mut files = Vec::new();
    // What is wrong with the files themselves is said by the loader.
    let mut said_elsewhere = Vec::new();
    for folder in folders {
        files.extend(read_folder(folder, &mut said_elsewhere)?);
    }
    Ok(files)
}

fn canonical(keys: usize, text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(|line| line.strip_suffix('\r').unwrap_or(line)).filter(|line| !line.is_empty());
    let mut head = Vec::new();
    for line in lines.by_ref() {
        head.push(line);
        if !line.starts_with('#') {
            break;
        }
    }
    let mut blocks: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    let mut block = Vec::new();
    for line in lines {
        block.push(line);
        if !line.starts_with('#') {
            let key = line.strip_prefix('-').unwrap_or(line).split('\t').take(keys).collect();
            blocks.push((key, std::mem::take(&mut block)));
        }
    }
    blocks.sort_by(|a, b| a.0.cmp(&b.0));
    let rows = blocks.iter().flat_map(|(_, lines)| lines).chain(&block);
    head.iter().chain(rows).flat_map(|line| [*line, "\n"]).collect()
}

fn order_and_sources(file: &TableFile, faults: &mut Vec<LexiconError>) {
    let spec = &TABLES[file.index];
    let source = spec.columns.iter().position(|column| *column == "source");
    let mut last: Option<Row> = None;
    // Malformed rows are said by the loader.
    for mut row in tsv::parse(spec, &file.label, 0, &file.text, &mut Vec::new()) {
        let removes = row.cells[0].starts_with('-');
        row.cells[0] = row.cells[0].trim_start_matches('-').to_string();
        if let Some(source) = source.filter(|source| row.cells[*source].is_empty() && !removes) {
            let fault = "no source; say where the row comes from: a page, a package, `general knowledge`";
            faults.push(fault_at(&file.label, row.at.line, source as u32 + 1, fault));
        }
        if let Some(last) = last.as_ref().filter(|last| key(spec, last) > key(spec, &row)) {
            let fault = format!(
                "not in order: {} must stand before {} in line {}; `dict check --write` sorts the file",
                key(spec, &row).join(" "),
                key(spec, last).join(" "),
                last.at.line
            );
            faults.push(fault_at(&file.label, row.at.line, 1, fault));
        }
        last = Some(row);
    }
}

/// Names that hide each other, and short forms that are words of another table.
fn names(lexicon: &Lexicon, checked: &impl Fn(RowRef) -> bool, faults: &mut Vec<LexiconError>) {
    for (surface, senses) in lexicon.surfaces.iter().zip(&lexicon.senses) {
        hidden(lexicon, surface, senses, checked, faults);
        words(lexicon, surface, senses, checked, faults);
    }
}

fn fault(lexicon: &Lexicon, row: RowRef, column: u32, message: String) -> LexiconError {
    fault_at(&lexicon.files[usize::from(row.file)], row.line, column, message)
}

fn hidden(
    lexicon: &Lexicon,
    surface: &str,
    senses: &[Sense],
    checked: &impl Fn(RowRef) -> bool,
    faults: &mut Vec<LexiconError>,
) {
    let full = senses.iter().find_map(|sense| match sense {
        Sense::Place(id, Form::Full) if !lexicon.place(*id).abolished => Some(*id),
        _ => None,
    });
    let named = |id: PlaceId| {
        let place = lexicon.place(id);
        format!("{} {} ({})", place.code, place.name, lexicon.cite(place.row))
    };
    for sense in senses {
        let (row, what) = match sense {
            Sense::Blocked(row) => (*row, "blocks"),
            Sense::Compound(index) => (lexicon.compounds[*index as usize].row, "hides"),
            Sense::Place(..) => continue,
        };
        // 深汕特别合作区 is a zone and names its pair.
        let zone = |id: &PlaceId| matches!(sense, Sense::Compound(_)) && lexicon.place(*id).level == Level::Zone;
        if let Some(id) = full.filter(|id| !zone(id)).filter(|id| checked(row) || checked(lexicon.place(*id).row)) {
            let message = format!("{surface} {what} the full name of {}; block a longer word", named(id));
            faults.push(fault(lexicon, row, 1, message));
        }
    }
    // Two places that need no support, under one short form: neither could be told from the other.
    let mut free = senses.iter().filter_map(|sense| match sense {
        Sense::Place(id, form) if *form != Form::Full && stands_alone(lexicon, *id, *form) => Some(*id),
        _ => None,
    });
    let Some(first) = free.next() else { return };
    for other in free {
        // The fault goes to the row that the user wrote.
        let (own, hidden) = if checked(lexicon.place(other).row) { (other, first) } else { (first, other) };
        let row = lexicon.place(own).row;
        if lexicon.place(other).code != lexicon.place(first).code && checked(row) {
            let message = format!("{surface} is also {}; give one of them danger med or high", named(hidden));
            faults.push(fault(lexicon, row, 3, message));
        }
    }
}

/// Whether a form is taken for its place without any support.
fn stands_alone(lexicon: &Lexicon, id: PlaceId, form: Form) -> bool {
    let place = lexicon.place(id);
    let sure = form != Form::Short || place.danger < Danger::Medium;
    place.level != Level::Town && sure
}

/// 合作 as a short form without danger: a word of `cues.tsv` would become a place wherever it stands.
fn words(
    lexicon: &Lexicon,
    surface: &str,
    senses: &[Sense],
    checked: &impl Fn(RowRef) -> bool,
    faults: &mut Vec<LexiconError>,
) {
    let alone = senses.iter().find_map(|sense| match sense {
        Sense::Place(id, form) if *form != Form::Full && stands_alone(lexicon, *id, *form) => Some((*id, *form)),
        _ => None,
    });
    let Some((id, form)) = alone.filter(|(id, _)| checked(lexicon.place(*id).row)) else { return };
    let word = lexicon.scan(surface).cues.into_iter().find(|cue| {
        cue.span.start == 0
            && cue.span.end == surface.len()
            && !matches!(cue.kind, CueKind::Agency(_) | CueKind::Idiom(_))
    });
    let measure = lexicon.measures.longest(surface).filter(|(length, _)| *length == surface.len());
    let row = word.map(|cue| cue.row).or(measure.map(|(_, measure)| measure.row));
    if let Some(row) = row {
        let column = if form == Form::Short { 3 } else { 9 };
        let message =
            format!("{surface} is also a word ({}); give it danger med or high, or a longer form", lexicon.cite(row));
        faults.push(fault(lexicon, lexicon.place(id).row, column, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_order_keeps_comments_with_their_rows() {
        let text = "\u{feff}# head\r\nk\tv\r\n# of b\r\nb\t1\r\n\r\n-a\t\r\n# end\r\n";
        assert_eq!(canonical(1, text), "# head\nk\tv\n-a\t\n# of b\nb\t1\n# end\n");
    }
}
