//! `duikou summary`: facts added up, out of files of facts or straight out of articles.

use super::inputs::InputArguments;
use super::{DictionaryArguments, OK, SOME_FAILED, broken, each};
use crate::cluster::{self, Signature};
use crate::document::Document;
use crate::error::Error;
use crate::output;
use crate::sink::{Layout, Sink};
use crate::summary::{By, Entry, Sum, Summary, Total, picture, read, readable};
use crate::table::{self, Form, Row};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    inputs: InputArguments,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Form of the output; follows the suffix of -o when not given
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Put a byte order mark in front of CSV, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
    /// What rows are told apart by, beside kind and unit
    #[arg(long, value_enum, value_delimiter = ',', default_value = "pair,year,of")]
    by: Vec<Dimension>,
    /// Kinds that are added up
    #[arg(long, value_parser = ["money", "area", "count", "percent", "length"], value_delimiter = ',', default_value = "money,area,count,length")]
    kinds: Vec<String>,
    /// Leave out facts that belong to no pair
    #[arg(long)]
    paired: bool,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Dimension {
    Pair,
    Year,
    Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table to read
    Text,
    /// Comma-separated with a header
    Csv,
    /// One JSON object a row and line
    Json,
    /// A picture: bars by pair and year
    Svg,
}

impl Arguments {
    fn format(&self) -> Result<Format, Error> {
        let suffix = self.output.as_deref().and_then(Path::extension).and_then(|suffix| suffix.to_str());
        match (self.format, suffix) {
            (Some(format), _) => Ok(format),
            (None, None | Some("txt")) => Ok(Format::Text),
            (None, Some("csv")) => Ok(Format::Csv),
            (None, Some("json" | "jsonl" | "ndjson")) => Ok(Format::Json),
            (None, Some("svg")) => Ok(Format::Svg),
            (None, Some(other)) => Err(Error::Usage(format!(
                "no format belongs to the suffix .{other}; name the file .txt, .csv, .json or .svg, or give --format"
            ))),
        }
    }

    fn wants(&self, entry: &Entry) -> bool {
        self.kinds.contains(&entry.kind) && !(self.paired && entry.pairs.is_empty())
    }
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let format = arguments.format()?;
    if arguments.inputs.paths.is_empty() {
        return Err(Error::Usage("nothing to add up: name files of facts, or articles".to_string()));
    }
    let extractor = arguments.dictionaries.extractor()?;
    let options = arguments.inputs.options()?;
    let has = |dimension| arguments.by.contains(&dimension);
    let by = By { pair: has(Dimension::Pair), year: has(Dimension::Year), of: has(Dimension::Of) };
    let mut summary = Summary::new(extractor.lexicon(), by);
    let mut articles = Vec::new();
    for input in arguments.inputs.discover(&options) {
        let form = input.as_ref().ok().and_then(|path| Some((path.clone(), read::form_of(path)?)));
        let Some((path, form)) = form else {
            articles.push(input);
            continue;
        };
        let mut add = |entry: Entry| {
            if arguments.wants(&entry) {
                summary.add(entry);
            }
        };
        if let Err(error) = read::read(&path, form, &mut add) {
            articles.push(Err(error));
        }
    }
    let job = |document: Document| {
        let extraction = extractor.extract(&document);
        let records = output::fact_records(extractor.lexicon(), &document, &extraction.facts);
        let folded = extractor.lexicon().folder.fold(&document.text);
        let signature = Signature::new(&folded, &extraction.layout, &records);
        let entries: Vec<Entry> = records.iter().filter_map(|record| Entry::of_record(record, "")).collect();
        (entries, (extraction.layout.date.map(|date| date.to_string()), signature))
    };
    let (mut found, mut signatures) = (Vec::new(), Vec::new());
    let failures = each(articles, options, job, |(entries, signature)| {
        found.push(entries);
        signatures.push(signature);
        Ok(())
    })?;
    // Reprints are known when all articles have been read.
    for (entries, head) in found.into_iter().zip(cluster::heads(&signatures)) {
        for entry in entries.into_iter().filter(|entry| arguments.wants(entry)) {
            summary.add(Entry { cluster: head.to_string(), ..entry });
        }
    }
    write(arguments, format, by, &summary.finish())?;
    Ok(if failures == 0 { OK } else { SOME_FAILED })
}

fn write(arguments: &Arguments, format: Format, by: By, totals: &[Total]) -> Result<(), Error> {
    let form = if format == Format::Csv { Form::Csv } else { Form::Jsonl };
    let encoded = "invariant: rows serialize";
    let bytes = match format {
        Format::Text => text(totals, by).into_bytes(),
        Format::Csv | Format::Json => table::encode(form, totals).expect(encoded),
        Format::Svg => picture::draw(totals).into_bytes(),
    };
    let target = arguments.output.as_deref();
    let broken = broken(target);
    let layout = Layout { form, columns: Total::COLUMNS, mark: arguments.bom };
    let mut sink = Sink::open(target, layout, None).map_err(broken)?;
    sink.write(&bytes).map_err(broken)?;
    sink.finish().map_err(broken)
}

/// A table whose columns stand under each other in a terminal, where a Chinese character takes two places.
fn text(totals: &[Total], by: By) -> String {
    let range = |low, high| if low == high { readable(low) } else { format!("{}—{}", readable(low), readable(high)) };
    let sum = |sum: Sum| if sum.facts == 0 { String::new() } else { range(sum.low, sum.high) };
    let number = |number: u64| if number == 0 { String::new() } else { number.to_string() };
    /// Name, whether it is asked for, whether it holds numbers, and the cell of a row.
    type Column<'c> = (&'c str, bool, bool, &'c dyn Fn(&Total) -> String);
    let columns: [Column<'_>; 10] = [
        ("pair", by.pair, false, &|total| pair(&total.pair)),
        ("year", by.year, false, &|total| total.year.clone()),
        ("kind", true, false, &|total| total.kind.clone()),
        ("of", by.of, false, &|total| total.of.clone()),
        ("unit", true, false, &|total| total.unit.clone()),
        ("facts", true, true, &|total| number(total.facts)),
        ("restated", true, true, &|total| number(total.restated)),
        ("each", true, true, &|total| number(total.each)),
        ("actual", true, true, &|total| sum(total.actual)),
        ("planned", true, true, &|total| sum(total.planned)),
    ];
    let columns: Vec<&Column<'_>> = columns.iter().filter(|column| column.1).collect();
    let mut table = Table::new();
    table.load_style(STYLE).set_header(columns.iter().map(|column| column.0));
    for total in totals {
        table.add_row(columns.iter().map(|column| (column.3)(total)));
    }
    for (at, _) in columns.iter().enumerate().filter(|(_, column)| column.2) {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// Columns apart from each other by spaces, a line under the head.
pub(super) const STYLE: TableStyle = NOTHING.header_separator(LineStyle::new('─', '─', '─', '─'));

/// `深圳→河源`; of an amount that belongs to several pairs, the first and their number.
fn pair(pairs: &str) -> String {
    let first = pairs.split(';').next().unwrap_or_default().replace('>', "→");
    match pairs.matches(';').count() {
        0 => first,
        more => format!("{first} 等{}对", more + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let total =
            |pair: &str| Total { pair: pair.into(), kind: "money".into(), unit: "CNY".into(), ..Total::default() };
        let totals = [total("深圳>河源"), total("深圳>河源;深圳>汕尾;深圳>汕头"), total("")];
        let text = text(&totals, By { pair: true, year: false, of: false });
        let at = |line: &str| {
            let before = &line[..line.find("money").expect("the kind")];
            before.chars().map(|c| if c.is_ascii() || c == '→' { 1 } else { 2 }).sum::<usize>()
        };
        let rows: Vec<usize> = text.lines().skip(2).map(at).collect();
        assert!(rows.len() == 3 && rows.iter().all(|column| *column == rows[0]), "{text}");
        assert!(text.contains("深圳→河源 等3对") && !text.contains("year"), "{text}");
    }
}
