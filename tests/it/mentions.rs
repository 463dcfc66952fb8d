//! Places and agencies against `corpora/mentions.tsv`: right span and right code.
//!
//! Articles outside the project count where their folders exist.

use crate::support::{extractor, files, name, read, root, table};
use duikou::document::Document;
use duikou::mention::MentionKind;
use std::collections::BTreeMap;

const COLUMNS: &[&str] = &["doc", "start", "end", "kind", "code", "text"];
const FLOORS: &[(&str, f64)] = &[("place", 0.97), ("agency", 0.92)];

#[derive(Default)]
struct Figures {
    gold: usize,
    found: usize,
    right: usize,
    faults: Vec<String>,
}

impl Figures {
    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.gold + self.found) as f64
    }
}

/// Gold of one document: (start, end, kind) to the codes that are right.
type Gold = BTreeMap<(usize, usize, String), String>;

fn gold() -> BTreeMap<String, Gold> {
    let mut documents: BTreeMap<String, Gold> = BTreeMap::new();
    for row in table(&root("corpora/mentions.tsv"), COLUMNS) {
        let [doc, start, end, kind, code, text] = row.cells.as_slice() else { panic!("{}: not six cells", row.at) };
        assert!(!code.is_empty(), "{}: no code for {text}", row.at);
        let at = |cell: &str| cell.parse().unwrap_or_else(|_| panic!("{}: `{cell}` is no position", row.at));
        documents.entry(doc.clone()).or_default().insert((at(start), at(end), kind.clone()), code.clone());
    }
    documents
}

/// The texts of a folder that have gold: name and words.
fn texts(folder: &str, gold: &BTreeMap<String, Gold>) -> Vec<(String, String)> {
    let folder = root(folder);
    if !folder.is_dir() {
        return Vec::new();
    }
    let paths = files(&folder, "txt").into_iter().filter(|path| gold.contains_key(&name(path)));
    paths.map(|path| (name(&path), read(&path))).collect()
}

fn score(text: &str, document: &str, gold: &Gold, figures: &mut BTreeMap<&'static str, Figures>) {
    let extraction = extractor().extract(&Document::new(document, text));
    let lexicon = extractor().lexicon();
    let points: BTreeMap<usize, usize> =
        text.char_indices().map(|(at, _)| at).chain([text.len()]).enumerate().map(|(point, at)| (at, point)).collect();
    let mut seen = Vec::new();
    for mention in &extraction.mentions {
        let kind = match mention.kind {
            // A name that was judged to be none (和平年代) is no answer.
            MentionKind::Place if mention.place.is_some() => "place",
            MentionKind::Agency => "agency",
            _ => continue,
        };
        let figures = figures.entry(kind).or_default();
        figures.found += 1;
        let key = (points[&mention.span.start], points[&mention.span.end], kind.to_string());
        let code = mention.place.map_or("-", |id| lexicon.place(id).code.as_str());
        let right = gold.get(&key).is_some_and(|codes| codes == "*" || codes.split('|').any(|right| right == code));
        if right {
            figures.right += 1;
        } else {
            figures.faults.push(format!("{document}: {} {code}, not {:?}", mention.span.of(text), gold.get(&key)));
        }
        seen.push(key);
    }
    for (key, codes) in gold {
        let kind = if key.2 == "place" { "place" } else { "agency" };
        let figures = figures.entry(kind).or_default();
        figures.gold += 1;
        if !seen.contains(key) {
            let words: String = text.chars().skip(key.0).take(key.1 - key.0).collect();
            figures.faults.push(format!("{document}: {words} {codes} is missed"));
        }
    }
}

#[test]
fn places_and_agencies_are_found_with_their_codes() {
    let gold = gold();
    for folders in [&["corpora/text"][..], &["../shared/gold/seeds/text", "../shared/gold/dev/text"]] {
        let texts: Vec<_> = folders.iter().flat_map(|folder| texts(folder, &gold)).collect();
        let mut figures = BTreeMap::new();
        for (document, text) in &texts {
            score(text, document, &gold[document], &mut figures);
        }
        for (kind, floor) in FLOORS {
            let Some(figures) = figures.get(kind) else { continue };
            for fault in &figures.faults {
                println!("{kind} {fault}");
            }
            println!("{folders:?} {kind}: {} gold, F1 {:.3} (floor {floor})", figures.gold, figures.f1());
            assert!(figures.f1() >= *floor, "{kind}: F1 {:.3} is below {floor}", figures.f1());
        }
    }
}

#[test]
fn gold_of_the_sample_articles_says_its_words() {
    let texts: BTreeMap<String, String> = texts("corpora/text", &gold()).into_iter().collect();
    assert!(texts.len() >= 40);
    for row in table(&root("corpora/mentions.tsv"), COLUMNS) {
        let (Some(text), [_, start, end, _, _, words]) = (texts.get(&row.cells[0]), &row.cells[..]) else { continue };
        let (start, end): (usize, usize) = (start.parse().expect("a position"), end.parse().expect("a position"));
        let found: String = text.chars().skip(start).take(end - start).filter(|c| *c != '\n').collect();
        assert_eq!(&found, words, "{}", row.at);
    }
}
