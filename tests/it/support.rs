//! What several modules share: the extractor, paths, reading of test tables, printing of facts.

use duikou::document::Document;
use duikou::lexicon::Lexicon;
use duikou::output::{self, FactRecord, QuantityRecord};
use duikou::pipeline::Extractor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The extractor with the built-in dictionaries; building one is slow, so there is one.
pub fn extractor() -> &'static Extractor {
    static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::new(Lexicon::builtin()));
    &EXTRACTOR
}

/// A path under the root of the project.
pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the project.
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Facts of a document as they are printed.
pub fn facts(document: &Document) -> Vec<FactRecord> {
    let extraction = extractor().extract(document);
    output::fact_records(extractor().lexicon(), document, &extraction.facts)
}

/// The articles of `corpora/text`, by name.
pub fn articles() -> Vec<Document> {
    let mut paths = files(&root("corpora/text"), "txt");
    paths.sort();
    paths.iter().map(|path| Document::new(name(path), read(path))).collect()
}

/// The files of a folder with a suffix, sorted.
pub fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder of the project can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == suffix))
        .collect();
    paths.sort();
    paths
}

/// The file name without its suffix.
pub fn name(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A quantity as the spec tables write it: `近2亿` → `2亿=200000000 CNY nearly`; `-` stands for no unit.
pub fn brief(record: &QuantityRecord) -> String {
    let value = match (&record.value, &record.low, &record.high) {
        (Some(value), _, _) => value.clone(),
        (None, Some(low), Some(high)) => format!("{low}..{high}"),
        _ => "-".to_string(),
    };
    let unit = if record.unit.is_empty() { "-" } else { &record.unit };
    format!("{}={value} {unit} {}", record.text, record.bound)
}

/// One row of a test table, and where it stands.
pub struct Row {
    /// `file:line`, for messages.
    pub at: String,
    /// The cells, unescaped.
    pub cells: Vec<String>,
}

/// Reads a tab-separated test table with a header row, `#` comments and the escapes `\n`, `\t`, `\\`, `\u{…}`.
pub fn table(path: &Path, columns: &[&str]) -> Vec<Row> {
    let text = read(path);
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut rows = Vec::new();
    let mut header = false;
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = format!("{file}:{}", index + 1);
        let cells: Vec<&str> = line.split('\t').collect();
        if !header {
            assert_eq!(cells, columns, "{at}: the header row");
            header = true;
            continue;
        }
        assert_eq!(cells.len(), columns.len(), "{at}: number of cells");
        let cells =
            cells.iter().map(|cell| unescape(cell).unwrap_or_else(|| panic!("{at}: bad escape in `{cell}`"))).collect();
        rows.push(Row { at, cells });
    }
    assert!(!rows.is_empty(), "{file}: no rows");
    rows
}

fn unescape(cell: &str) -> Option<String> {
    let mut text = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next()? {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            '\\' => text.push('\\'),
            'u' => {
                let code: String = chars.by_ref().skip_while(|c| *c == '{').take_while(|c| *c != '}').collect();
                text.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
            }
            _ => return None,
        }
    }
    Some(text)
}

#[test]
fn escapes_are_read() {
    assert_eq!(unescape(r"a\nb\u{3000}\\c").as_deref(), Some("a\nb\u{3000}\\c"));
    assert_eq!(unescape(r"\x"), None);
}
