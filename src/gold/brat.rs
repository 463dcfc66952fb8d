//! brat's standoff form: `a.txt` and beside it `a.ann`, a line for each thing.
//!
//! `T1<TAB>MONEY 56 59<TAB>2亿元` is a span, in code points; pieces are joined by `;`. `R1<TAB>helper Arg1:T1 Arg2:T2` is
//! a relation, `A1<TAB>Planned T1` an attribute, `#1<TAB>AnnotatorNotes T1<TAB>…` a note. Events, normalisations and
//! equivalences are not ours and are passed over.

use super::facts::kind_of;
use super::{Annotated, Mark, Origin, Places, Read, Relation, Side, Source};
use crate::report::exchange::BRAT_DOCUMENTS;
use crate::span::Span;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

/// All `.ann` files of a folder and those below it, sorted; of a file, itself.
pub(super) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let path = entry.path();
        // Links to folders are not followed: they may lead in circles.
        if entry.file_type()?.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "ann") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub(super) fn read(files: &[PathBuf]) -> Read {
    let mut lists = HashMap::new();
    let mut read_one = |path: &PathBuf| {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let known = lists.entry(folder).or_insert_with_key(|folder| list(folder));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        annotated(path, &name, known.get(&name))
    };
    files.iter().map(|path| read_one(path).map(|one| Source::Annotated(Box::new(one)))).collect()
}

/// What `inspect` wrote down of the documents, by file name; nothing where the folder was not made by it.
fn list(folder: &Path) -> HashMap<String, Map<String, Value>> {
    let text = std::fs::read_to_string(folder.join(BRAT_DOCUMENTS)).unwrap_or_default();
    let objects = text.lines().filter_map(|line| serde_json::from_str::<Map<String, Value>>(line).ok());
    objects.filter_map(|object| Some((object.get("file")?.as_str()?.to_string(), object))).collect()
}

fn annotated(
    path: &Path,
    name: &str,
    known: Option<&Map<String, Value>>,
) -> Result<Annotated, crate::error::ReadError> {
    let whole = |path: &Path| Origin { path: path.to_path_buf(), record: None };
    let open = |path: &Path| std::fs::read_to_string(path).map_err(|error| whole(path).fault(error));
    let (annotations, text) = (open(path)?, open(&path.with_extension("txt"))?);
    let mut data = known.cloned().unwrap_or_default();
    data.insert("text".to_string(), Value::String(text));
    let document = super::document(&data, name).map_err(|reason| whole(path).fault(reason))?;
    let mut marks = Marks { places: Places::new(&document.text), ids: HashMap::new(), marks: Vec::new() };
    let mut relations = Vec::new();
    // Spans first: other lines may stand before those that they speak of.
    for spans in [true, false] {
        for (at, line) in annotations.lines().enumerate().filter(|(_, line)| line.starts_with('T') == spans) {
            let origin = Origin { path: path.to_path_buf(), record: Some(at as u64 + 1) };
            let cells: Vec<&str> = line.splitn(3, '\t').collect();
            let read = match line.chars().next() {
                Some('T') => marks.span(&cells),
                Some('R') => marks.relation(&cells).map(|relation| relations.extend(relation)),
                Some('A' | 'M') => marks.attribute(&cells),
                Some('#') => marks.note(&cells),
                Some('E' | 'N' | '*') | None => Ok(()),
                Some(_) => Err("no line of brat".to_string()),
            };
            read.map_err(|reason| origin.fault(reason))?;
        }
    }
    let marks = marks.marks;
    Ok(Annotated { document, marks, relations: Some(relations), origin: whole(path) })
}

/// The spans of a file by their ids.
struct Marks<'t> {
    places: Places<'t>,
    ids: HashMap<String, usize>,
    marks: Vec<Mark>,
}

impl Marks<'_> {
    fn span(&mut self, cells: &[&str]) -> Result<(), String> {
        let [id, what, text] = cells else { return Err("a span has three cells".to_string()) };
        let (label, pieces) = what.split_once(' ').ok_or("a span has a label and places")?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| format!("`{text}` is no place"));
        let mut spans = Vec::new();
        for piece in pieces.split(';') {
            let (start, end) = piece.split_once(' ').ok_or_else(|| format!("`{piece}` is no start and end"))?;
            spans.push(self.places.span(number(start)?, number(end)?)?);
        }
        let words: Vec<&str> = spans.iter().map(|span| span.of(self.places.text)).collect();
        if words.join(" ").trim() != text.trim() {
            return Err(format!("{id}: the text has `{}` there, not `{text}`", words.join(" ")));
        }
        let gaps = spans.windows(2).map(|two| Span::between(two[0], two[1]));
        let broken = gaps.map(|gap| gap.of(self.places.text)).any(|gap| !gap.trim().is_empty());
        if broken && kind_of(label).is_some() {
            return Err(format!("{id}: a fact is one stretch of text"));
        }
        let span = Span::new(spans[0].start, spans[spans.len() - 1].end);
        self.ids.insert((*id).to_string(), self.marks.len());
        self.marks.push(Mark { span, label: label.to_string(), planned: Some(false), ..Mark::default() });
        Ok(())
    }

    /// The mark with an id; None for what is no span (an event, a relation).
    fn known(&self, id: &str) -> Result<Option<usize>, String> {
        match self.ids.get(id) {
            Some(at) => Ok(Some(*at)),
            None if id.starts_with('T') => Err(format!("there is no {id}")),
            None => Ok(None),
        }
    }

    fn relation(&self, cells: &[&str]) -> Result<Option<Relation>, String> {
        let words: Vec<&str> = cells.get(1).unwrap_or(&"").split_whitespace().collect();
        let [name, first, second] = words[..] else { return Err("a relation has a name and two ends".to_string()) };
        let Some(side) = Side::of(name) else { return Ok(None) };
        let end = |word: &str| self.known(word.split_once(':').map_or(word, |(_, id)| id));
        let (from, to) = (end(first)?, end(second)?);
        Ok(from.zip(to).map(|(from, to)| Relation { from, to, side }))
    }

    fn attribute(&mut self, cells: &[&str]) -> Result<(), String> {
        let mut words = cells.get(1).unwrap_or(&"").split_whitespace();
        let (Some(name), Some(id)) = (words.next(), words.next()) else {
            return Err("an attribute has a name and what it is said of".to_string());
        };
        let Some(at) = self.known(id)? else { return Ok(()) };
        match name {
            "Planned" => self.marks[at].planned = Some(true),
            "Optional" => self.marks[at].optional = true,
            _ => {}
        }
        Ok(())
    }

    fn note(&mut self, cells: &[&str]) -> Result<(), String> {
        let [_, what, note] = cells else { return Err("a note has three cells".to_string()) };
        let (_, id) = what.split_once(' ').ok_or("a note belongs to something")?;
        let Some(at) = self.known(id)? else { return Ok(()) };
        let note = match self.marks[at].note.take() {
            Some(earlier) => format!("{earlier}; {note}"),
            None => (*note).to_string(),
        };
        self.marks[at].note = Some(note);
        Ok(())
    }
}
