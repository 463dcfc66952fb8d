//! The fields of a fact on one line, which annotation tools carry and people may change:
//! `text=2亿元; kind=money; value=200000000; unit=CNY; bound=nearly; pairs=深圳>河源 (宝安>龙川)`.
//!
//! Empty fields are left out. `text` and `kind` say what the line was written for.

use crate::output::{FactRecord, PairRecord};

/// The fields.
pub const KEYS: [&str; 12] =
    ["text", "kind", "value", "low", "high", "unit", "bound", "each", "of", "status", "time", "pairs"];

/// A line as it was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Note {
    fields: Vec<(&'static str, String)>,
    /// What is no field: a remark of the annotator.
    pub remark: String,
}

impl Note {
    /// Reads a line. Anything can be a remark.
    pub fn parse(line: &str) -> Self {
        let mut note = Self::default();
        for piece in pieces(line) {
            let field = piece.split_once('=').and_then(|(key, value)| {
                let key = KEYS.into_iter().find(|known| *known == key.trim())?;
                Some((key, value.trim().to_string()))
            });
            match field {
                Some(field) => note.fields.push(field),
                None if piece.trim().is_empty() => {}
                None if note.remark.is_empty() => note.remark = piece.trim().to_string(),
                None => note.remark = format!("{}; {}", note.remark, piece.trim()),
            }
        }
        note
    }

    /// A field, where the line has it; of several the last.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields.iter().rfind(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }
}

/// The line for a fact; with its status only for tools that have no place of their own for it.
pub fn write(fact: &FactRecord, with_status: bool) -> String {
    let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
    let pairs: Vec<String> = fact.pairs.iter().map(PairRecord::in_full).collect();
    let values = [
        fact.text.clone(),
        fact.kind.to_string(),
        or_empty(&fact.value),
        or_empty(&fact.low),
        or_empty(&fact.high),
        fact.unit.clone(),
        if fact.bound == "exact" { String::new() } else { fact.bound.to_string() },
        fact.each.clone(),
        fact.of.clone(),
        if with_status { fact.status.to_string() } else { String::new() },
        fact.time.clone(),
        pairs.join(", "),
    ];
    let filled = KEYS.into_iter().zip(&values).filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| format!("{key}={}", escaped(value))).collect::<Vec<_>>().join("; ")
}

/// Characters that would end a field or a line, and the letters behind the backslash that stand for them.
const ESCAPES: [(char, char); 5] = [('\\', '\\'), (';', ';'), ('\n', 'n'), ('\r', 'r'), ('\t', 't')];

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match ESCAPES.iter().find(|(raw, _)| *raw == c) {
            Some((_, letter)) => out.extend(['\\', *letter]),
            None => out.push(c),
        }
    }
    out
}

/// The stretches between semicolons, unescaped.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let last = pieces.len() - 1;
        match c {
            ';' => pieces.push(String::new()),
            '\\' => match chars.next() {
                Some(letter) => match ESCAPES.iter().find(|(_, known)| *known == letter) {
                    Some((raw, _)) => pieces[last].push(*raw),
                    None => pieces[last].extend(['\\', letter]),
                },
                None => pieces[last].push('\\'),
            },
            c => pieces[last].push(c),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_remarks_are_told_apart() {
        let note = Note::parse("value=5; unit=CNY; 不确定; of=a\\;b\\n\\\\c; x=1; value=6");
        assert_eq!(note.get("value"), Some("6"));
        assert_eq!(note.get("of"), Some("a;b\n\\c"));
        assert_eq!(note.get("text"), None);
        assert_eq!(note.remark, "不确定; x=1");
        assert_eq!(Note::parse(""), Note::default());
        assert_eq!(pieces(&escaped("a;b\\\n\t\r=\\q")), ["a;b\\\n\t\r=\\q"]);
    }
}
