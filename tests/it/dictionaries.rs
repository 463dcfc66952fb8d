//! The built-in tables: sound, sorted, sourced, and complete for Guangdong.

use crate::support::{extractor, files, root, table};
use duikou::lexicon::{Level, Lexicon, Month, PairLevel, TABLES, TableSpec};
use std::path::PathBuf;

/// The rows of a built-in table, cell by cell, with their line numbers.
fn rows(spec: &'static TableSpec) -> Vec<(usize, Vec<&'static str>)> {
    let lines = spec.builtin.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.skip(1).map(|(index, line)| (index + 1, line.split('\t').collect())).collect()
}

fn column(spec: &TableSpec, name: &str) -> Option<usize> {
    spec.columns.iter().position(|column| *column == name)
}

/// Says of every row what `fault` finds wrong with it.
fn report(fault: impl Fn(&'static TableSpec, &[&str]) -> Option<String>) {
    let mut faults = Vec::new();
    for spec in TABLES {
        for (line, cells) in rows(spec) {
            faults.extend(fault(spec, &cells).map(|fault| format!("{}:{line}: {fault}", spec.name)));
        }
    }
    let shown = faults.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} faults\n{shown}", faults.len());
}

#[test]
fn the_tables_load_without_fault() {
    if let Err(error) = Lexicon::load(&[]) {
        panic!("\n{error}");
    }
}

#[test]
fn every_table_of_the_folder_is_loaded() {
    for path in files(&root("dictionaries"), "tsv") {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(TABLES.iter().any(|spec| spec.name == name), "dictionaries/{name} is read by nobody");
    }
}

#[test]
fn every_row_has_all_cells_and_a_source() {
    report(|spec, cells| {
        if cells.len() != spec.columns.len() {
            return Some(format!("{} cells, must be {}", cells.len(), spec.columns.len()));
        }
        let source = column(spec, "source").and_then(|at| cells.get(at));
        source.is_none_or(|source| source.trim().is_empty()).then(|| "no source".to_string())
    });
}

#[test]
fn the_words_of_a_row_are_not_empty() {
    report(|spec, cells| {
        let key = ["surface", "code", "name", "variant", "canonical", "helper", "recipient"];
        let empty = key.iter().filter_map(|name| column(spec, name).map(|at| (*name, at))).find(|(name, at)| {
            // A compound may name one side only where its place lies in no pair; its surface never.
            !(spec.name == "compounds.tsv" && matches!(*name, "helper" | "recipient"))
                && cells.get(*at).is_none_or(|cell| cell.trim().is_empty())
        });
        empty.map(|(name, _)| format!("`{name}` is empty"))
    });
}

/// Sorted tables give small differences in git, and show at once where a row belongs.
#[test]
fn rows_are_sorted_bytewise_by_their_key() {
    for spec in TABLES {
        let rows = rows(spec);
        for pair in rows.windows(2) {
            let (first, second) = (&pair[0].1[..spec.key], &pair[1].1[..spec.key]);
            assert!(first < second, "{}:{}: {second:?} stands behind {first:?}", spec.name, pair[1].0);
        }
    }
}

#[test]
fn a_table_begins_with_a_comment_that_describes_it() {
    for spec in TABLES {
        assert!(spec.builtin.starts_with("# "), "{}: no comment on top", spec.name);
    }
}

#[test]
fn guangdong_is_complete() {
    let lexicon = extractor().lexicon();
    let units = table(&root("tests/it/guangdong.tsv"), &["code", "name", "level"]);
    for row in &units {
        let [code, name, level] = row.cells.as_slice() else { panic!("{}: not three cells", row.at) };
        let level = if level == "prefecture" { Level::Prefecture } else { Level::County };
        let found = lexicon.places.iter().find(|place| place.code == *code && place.level == level && !place.abolished);
        let found = found.unwrap_or_else(|| panic!("{code} {name} is missing"));
        // 441502 is 城区 by law; the bare word says nothing, so the table writes 汕尾市城区.
        assert!(found.name == *name || found.name.ends_with(name.as_str()), "{code}: {} must be {name}", found.name);
    }
    let count = |level: &str| units.iter().filter(|row| row.cells[2] == level).count();
    assert_eq!((count("prefecture"), count("county")), (21, 122));
}

#[test]
fn both_sides_of_every_pair_are_places() {
    let lexicon = extractor().lexicon();
    report(|spec, cells| {
        let unknown = |name: &str| {
            let code = *cells.get(column(spec, name)?)?;
            code.split('|').find(|code| lexicon.by_code(code).is_none()).map(ToString::to_string)
        };
        if spec.name != "pairs.tsv" {
            return None;
        }
        unknown("helper").or_else(|| unknown("recipient")).map(|code| format!("unknown code {code}"))
    });
}

/// Several programmes run side by side; the registry is asked for a place, a time and a programme.
#[test]
fn pairs_are_found_by_date_and_programme() {
    let lexicon = extractor().lexicon();
    let names = |code: &str, when: &str, programme: Option<&str>| {
        let rows = lexicon.pairs(lexicon.by_code(code), Month::parse(when), programme);
        let short = |id| lexicon.place(id).short.clone();
        let mut pairs: Vec<String> = rows
            .iter()
            .filter(|row| row.level == PairLevel::City && row.trusted())
            .map(|row| format!("{}>{}", short(row.helper), short(row.recipient)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    };
    // 河源: 双到 from 深圳; 2013-11 brought the full assistance beside it.
    assert_eq!(names("441600", "2014", None), ["深圳>河源"]);
    // 潮州: 中山 until the middle of 2023, 深圳 from then on.
    assert_eq!(names("445100", "2019", None), ["中山>潮州"]);
    assert_eq!(names("445100", "2024", Some("横向帮扶协作")), ["深圳>潮州"]);
    assert!(names("445100", "2024", Some("双到")).is_empty());
    // Both partners of the year in which one followed the other.
    assert_eq!(names("445100", "2023-03", Some("对口帮扶")), ["中山>潮州"]);
}

#[test]
fn months_are_read_strictly() {
    let month = |text: &str| Month::parse(text).map(|month| (month.first(), month.last()));
    assert_eq!(month("2013"), Some(((2013, 1), (2013, 12))));
    assert_eq!(month("2013-11"), Some(((2013, 11), (2013, 11))));
    for wrong in ["", "13", "2013-13", "2013-1", "2013-11-01", "+213", "soon"] {
        assert_eq!(month(wrong), None, "{wrong}");
    }
}

/// An overlay: a folder with one table.
fn overlay(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_path_buf();
    std::fs::write(path.join(name), text).expect("a temporary file");
    (folder, path)
}

fn header(name: &str) -> String {
    let spec = TABLES.iter().find(|spec| spec.name == name).expect("a table");
    spec.columns.join("\t")
}

#[test]
fn an_overlay_adds_replaces_and_removes() {
    let text = format!("{}\n栋栋\t房子\t\ttest\t\n家\t企业\t\ttest\t\n-户\t\t\t\t\n", header("measure_words.tsv"));
    let (_folder, path) = overlay("measure_words.tsv", &text);
    let lexicon = Lexicon::load(&[path]).expect("the overlay is sound");
    let summary = &lexicon.overlays[0];
    assert_eq!((summary.added, summary.replaced, summary.removed), (1, 1, 1));
    let extractor = duikou::pipeline::Extractor::new(lexicon);
    let fact = |text: &str| extractor.quantities(text).iter().any(|quantity| quantity.fact);
    assert!(fact("共3栋栋") && fact("共3家") && !fact("共3户"));
}

#[test]
fn an_overlay_from_a_spreadsheet_is_read() {
    let text = format!("\u{feff}{}\r\n栋栋\t房子\t\ttest\t\r\n", header("measure_words.tsv"));
    let (_folder, path) = overlay("measure_words.tsv", &text);
    assert_eq!(Lexicon::load(&[path]).expect("the overlay is sound").overlays[0].added, 1);
}

#[test]
fn every_fault_of_an_overlay_is_named_at_once() {
    let text = format!(
        "{}\n999\tx\n440300\t441600\tsoon\t\tp\tcity\tsure\ts\t\n999999\t441600\t\t\tp\tcity\tsure\ts\t\n",
        header("pairs.tsv")
    );
    let (_folder, path) = overlay("pairs.tsv", &text);
    let error = Lexicon::load(std::slice::from_ref(&path)).expect_err("three rows have faults").to_string();
    let file = path.join("pairs.tsv").display().to_string();
    for place in [format!("{file}:2:"), format!("{file}:3:3:"), format!("{file}:4:1:")] {
        assert!(error.contains(&place), "{place} is not in\n{error}");
    }
}
