//! Many articles as one page that needs no network: what `page/*.js` shows, and the page around it.
//!
//! The page is written while documents come in. A part of it holds some documents as three compressed blocks: the index
//! (documents and the columns of their facts, which the page keeps), the texts, and the details of single articles.

use super::{Tagged, explain, story};
use crate::fact::Fact;
use crate::output::{self, CodePoints, FactRecord, PairRecord};
use crate::span::Span;
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const STYLE: &str = include_str!("page/page.css");
/// One script, so that one hash lets it run; the files share one scope.
macro_rules! script {
    ($($live:literal)?) => {
        concat!(
            "'use strict';(() => {\n",
            include_str!("page/words.js"),
            include_str!("page/data.js"),
            include_str!("page/filter.js"),
            include_str!("page/list.js"),
            include_str!("page/article.js"),
            include_str!("page/totals.js"),
            include_str!("page/main.js"),
            $(include_str!($live),)?
            "})();\n"
        )
    };
}
const SCRIPT: &str = script!();
/// With what asks the server for news.
const LIVE_SCRIPT: &str = script!("page/live.js");

/// A part closes at this much text or this many documents.
const PART_BYTES: usize = 512 << 10;
const PART_DOCUMENTS: usize = 200;

/// Facts shown where scripts do not run.
const PLAIN_ROWS: usize = 200;

#[derive(Template)]
#[template(path = "head.html", config = "src/report/askama.toml")]
struct Head<'h> {
    script_hash: &'h str,
    style_hash: &'h str,
    version: &'h str,
    style: &'h str,
    live: bool,
}

#[derive(Template)]
#[template(path = "tail.html", config = "src/report/askama.toml")]
struct Tail<'t> {
    run: &'t str,
    documents: usize,
    facts: usize,
    rows: &'t [Vec<String>],
    script: &'t str,
}

/// The columns of a part's facts: numbers as they are, everything else as places in `words`.
#[derive(Default, Serialize)]
struct Index {
    /// `[id, title, date, source, number of facts]`.
    documents: Vec<Value>,
    /// Distinct texts of the part.
    words: Vec<String>,
    /// Code points.
    start: Vec<usize>,
    end: Vec<usize>,
    sentence_start: Vec<usize>,
    sentence_end: Vec<usize>,
    /// The texts of [`COLUMNS`].
    columns: Vec<Vec<u32>>,
    #[serde(skip)]
    known: FxHashMap<String, u32>,
}

/// Columns of texts, by name; `pairs` are JSON.
const COLUMNS: [&str; 19] = [
    "kind",
    "text",
    "value",
    "low",
    "high",
    "unit",
    "si",
    "bound",
    "each",
    "of",
    "status",
    "time",
    "pairs",
    "flags",
    "rule",
    "pair_rule",
    "status_row",
    "steps",
    "outer",
];

impl Index {
    fn word(&mut self, word: String) -> u32 {
        if let Some(&at) = self.known.get(&word) {
            return at;
        }
        let at = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.clone());
        self.known.insert(word, at);
        at
    }

    fn fact(&mut self, tagged: Tagged<'_>, points: &CodePoints<'_>, fact: &Fact, record: &FactRecord) {
        self.start.push(record.start);
        self.end.push(record.end);
        self.sentence_start.push(points.at(fact.sentence.start));
        self.sentence_end.push(points.at(fact.sentence.end));
        let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
        let quantity = &fact.quantity;
        let cells: [String; COLUMNS.len()] = [
            record.kind.to_string(),
            record.text.clone(),
            or_empty(&record.value),
            or_empty(&record.low),
            or_empty(&record.high),
            record.unit.clone(),
            or_empty(&record.si),
            record.bound.to_string(),
            record.each.clone(),
            record.of.clone(),
            record.status.to_string(),
            record.time.clone(),
            pairs(&record.pairs),
            record.flags.join(";"),
            tagged.cited(quantity.rule, quantity.row),
            fact.decision.rule.to_string(),
            fact.context.status_row.map(|row| tagged.lexicon.cite(row)).unwrap_or_default(),
            explain::arithmetic(tagged.lexicon, &record.text, quantity),
            tagged.text(quantity.outer).to_string(),
        ];
        self.columns.resize_with(COLUMNS.len(), Vec::new);
        for (column, cell) in cells.into_iter().enumerate() {
            let word = self.word(cell);
            self.columns[column].push(word);
        }
    }
}

/// Pairs without their evidence, which differs from fact to fact.
fn pairs(pairs: &[PairRecord]) -> String {
    let bare: Vec<PairRecord> = pairs.iter().map(|pair| PairRecord { evidence: Vec::new(), ..pair.clone() }).collect();
    serde_json::to_string(&bare).unwrap_or_default()
}

/// What only the shown article needs: names, numbers that are no facts, the evidence of its facts, and the pairs of
/// the article, which those of a fact were chosen from.
fn detail(tagged: Tagged<'_>, points: &CodePoints<'_>, records: &[FactRecord]) -> Value {
    let at = |span: Span| (points.at(span.start), points.at(span.end));
    let extraction = tagged.extraction;
    json!({
        "mentions": extraction.mentions.iter().map(|mention| {
            let (start, end) = at(mention.span);
            let (name, code) = tagged.referent(mention).unwrap_or_default();
            json!([start, end, mention.kind.name(), name, code, tagged.cited(mention.rule, mention.row)])
        }).collect::<Vec<_>>(),
        "numbers": extraction.quantities.iter().filter(|quantity| tagged.fact_of(quantity).is_none()).map(|quantity| {
            let (start, end) = at(quantity.span);
            json!([start, end, quantity.kind.name(), tagged.cited(quantity.rule, quantity.row)])
        }).collect::<Vec<_>>(),
        "evidence": records.iter().map(|record| {
            record.pairs.iter().map(|pair| &pair.evidence).collect::<Vec<_>>()
        }).collect::<Vec<_>>(),
        "pairs": story::pair_counts(tagged),
        "losing": extraction.facts.iter().map(|fact| {
            let losing = story::losing(tagged, fact).into_iter();
            losing.map(|answer| json!([answer.rule, if answer.same { "=" } else { &answer.pairs }])).collect::<Vec<_>>()
        }).collect::<Vec<_>>(),
    })
}

/// Some documents of a page, in the order in which they were added.
#[derive(Default)]
pub struct Part {
    index: Index,
    texts: Vec<String>,
    details: Vec<Value>,
    bytes: usize,
    facts: usize,
    rows: Vec<Vec<String>>,
}

impl Part {
    /// Adds a document.
    pub fn add(&mut self, tagged: Tagged<'_>) {
        let text = &tagged.document.text;
        let points = CodePoints::new(text);
        let facts = &tagged.extraction.facts;
        let records = output::fact_records(tagged.lexicon, tagged.document, facts);
        for (fact, record) in facts.iter().zip(&records) {
            self.index.fact(tagged, &points, fact, record);
        }
        let source = tagged.extraction.layout.source.map_or("", |span| tagged.text(span));
        let title = tagged.title().unwrap_or_default();
        self.index.documents.push(json!([tagged.document.id, title, tagged.date(), source, facts.len()]));
        self.details.push(detail(tagged, &points, &records));
        self.texts.push(text.clone());
        self.rows.extend(records.iter().take(PLAIN_ROWS - self.rows.len()).map(plain));
        self.bytes += text.len();
        self.facts += facts.len();
    }

    /// Whether the part is as large as parts are.
    pub const fn is_full(&self) -> bool {
        self.bytes >= PART_BYTES || self.texts.len() >= PART_DOCUMENTS
    }

    /// Index, texts and details, compressed.
    fn blocks(&self, level: Compression) -> io::Result<[String; 3]> {
        let (details, (index, texts)) = rayon::join(
            || block("details", &self.details, level),
            || (block("index", &self.index, level), block("texts", &self.texts, level)),
        );
        Ok([index?, texts?, details?])
    }
}

/// A part as a live page holds it, ready to be sent.
pub struct Packed {
    blocks: [String; 3],
    documents: usize,
    facts: usize,
    rows: Vec<Vec<String>>,
}

impl Packed {
    /// Compresses a part, with speed before size: it goes no further than to a browser on the same machine.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn new(part: Part) -> io::Result<Self> {
        let blocks = part.blocks(Compression::fast())?;
        Ok(Self { blocks, documents: part.texts.len(), facts: part.facts, rows: part.rows })
    }
}

/// What a page says of the run that made it.
#[derive(Default)]
pub struct Run<'r> {
    /// Inputs that could not be read.
    pub failures: usize,
    /// Folders laid over the dictionaries.
    pub dictionaries: &'r [String],
    /// The number of a live page, by which it is told from the one before.
    pub version: u64,
}

/// A page that is being written.
pub struct Page<W: Write> {
    out: W,
    live: bool,
    part: Part,
    documents: usize,
    facts: usize,
    rows: Vec<Vec<String>>,
}

impl<W: Write> Page<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        Self::begin(out, false)
    }

    fn begin(mut out: W, live: bool) -> io::Result<Self> {
        let script_hash = &hash(if live { LIVE_SCRIPT } else { SCRIPT });
        let head =
            Head { script_hash, style_hash: &hash(STYLE), version: env!("CARGO_PKG_VERSION"), style: STYLE, live };
        head.write_into(&mut out)?;
        Ok(Self { out, live, part: Part::default(), documents: 0, facts: 0, rows: Vec::new() })
    }

    /// Adds a document.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn add(&mut self, tagged: Tagged<'_>) -> io::Result<()> {
        self.part.add(tagged);
        if self.part.is_full() { self.close_part() } else { Ok(()) }
    }

    fn close_part(&mut self) -> io::Result<()> {
        let part = std::mem::take(&mut self.part);
        if part.texts.is_empty() {
            return Ok(());
        }
        let blocks = part.blocks(Compression::default())?;
        self.append(&Packed { blocks, documents: part.texts.len(), facts: part.facts, rows: part.rows })
    }

    fn append(&mut self, part: &Packed) -> io::Result<()> {
        for block in &part.blocks {
            self.out.write_all(block.as_bytes())?;
        }
        self.documents += part.documents;
        self.facts += part.facts;
        self.rows.extend(part.rows.iter().take(PLAIN_ROWS - self.rows.len()).cloned());
        Ok(())
    }

    /// Writes what is left and the end of the page; gives back where it was written.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn finish(mut self, run: &Run<'_>) -> io::Result<W> {
        self.close_part()?;
        let run = json!({
            "version": env!("CARGO_PKG_VERSION"), "columns": COLUMNS, "documents": self.documents, "facts": self.facts,
            "failures": run.failures, "dictionaries": run.dictionaries, "live": run.version,
        });
        let tail = Tail {
            // Inside a script element only `<` can end it or open a comment.
            run: &run.to_string().replace('<', "\\u003c"),
            documents: self.documents,
            facts: self.facts,
            rows: &self.rows,
            script: if self.live { LIVE_SCRIPT } else { SCRIPT },
        };
        tail.write_into(&mut self.out)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A page that asks the server it came from for news.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn live<'p>(parts: impl IntoIterator<Item = &'p Packed>, run: &Run<'_>) -> io::Result<Vec<u8>> {
    let mut page = Page::begin(Vec::new(), true)?;
    for part in parts {
        page.append(part)?;
    }
    page.finish(run)
}

/// A fact for a page without scripts.
fn plain(record: &FactRecord) -> Vec<String> {
    let value = record.value.clone().unwrap_or_else(|| {
        format!("{}…{}", record.low.as_deref().unwrap_or_default(), record.high.as_deref().unwrap_or_default())
    });
    let pairs: Vec<String> = record.pairs.iter().map(ToString::to_string).collect();
    vec![
        record.id.clone(),
        record.text.clone(),
        value,
        record.unit.clone(),
        record.status.to_string(),
        record.time.clone(),
        pairs.join(";"),
        record.sentence.clone(),
    ]
}

/// JSON, compressed, in letters that cannot end an element.
fn block(name: &str, value: &impl Serialize, level: Compression) -> io::Result<String> {
    // In one piece: the encoder is slow with the many small writes of a serializer.
    let json = serde_json::to_vec(value)?;
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(&json)?;
    let letters = STANDARD.encode(encoder.finish()?);
    Ok(format!("<script type=\"text/plain\" data-part=\"{name}\">{letters}</script>\n"))
}

/// The source expression of a content security policy that lets exactly this text run.
pub(super) fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
