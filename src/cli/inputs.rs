//! Flags that say what is read and how; several commands have them.

use crate::decode;
use crate::error::{Error, ReadError};
use crate::reader::{self, Fields, Filter, Options};
use encoding_rs::Encoding;
use std::path::PathBuf;

/// Inputs and how they are read.
#[derive(Debug, Clone, clap::Args)]
pub struct InputArguments {
    /// Files, folders (read with all below them), archives, or - for standard input
    ///
    /// Known are .txt, .html, .jsonl, .json, .csv, .tsv, .parquet, .warc, each also as .gz or .zst, and .tar and .zip of them
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Read only files of folders and archives that match; may be given several times
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    include: Vec<String>,
    /// Pass over files of folders and archives that match; may be given several times
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    exclude: Vec<String>,
    /// Read hidden files of folders and archives too
    #[arg(long, help_heading = "Input")]
    hidden: bool,
    /// Follow symbolic links in folders
    #[arg(long, help_heading = "Input")]
    follow: bool,
    /// The encoding of all inputs (gb18030, big5, utf-16le …); found out when not given
    #[arg(long, value_name = "NAME", value_parser = encoding, help_heading = "Input")]
    encoding: Option<&'static Encoding>,
    /// Field or column that holds the article; text, content, 正文 … when not given
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    text_field: Option<String>,
    /// Field or column that holds the id; id, url, 编号 … when not given
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    id_field: Option<String>,
    /// Field or column that holds the headline; title, 标题 … when not given
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    title_field: Option<String>,
    /// Field or column that holds the date of publication; date, 发布时间 … when not given
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    date_field: Option<String>,
    /// Largest record that is read; larger ones are reported
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = size, help_heading = "Input")]
    max_record: usize,
}

fn encoding(label: &str) -> Result<&'static Encoding, String> {
    decode::of_label(label).ok_or_else(|| "no known encoding; try utf-8, gb18030, big5, utf-16le".to_string())
}

/// `16MiB`, `500k`, `1000000`: bytes.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("a number of bytes, or one with k, M or G".to_string()),
    };
    let number: usize = digits.parse().map_err(|error| format!("{error}"))?;
    number.checked_mul(1 << power).filter(|size| *size > 0).ok_or_else(|| "out of range".to_string())
}

impl InputArguments {
    /// How inputs are read.
    ///
    /// # Errors
    /// When a glob is none.
    pub fn options(&self) -> Result<Options, Error> {
        let mut filter = Filter::new(&self.include, &self.exclude)
            .map_err(|reason| Error::Read(ReadError::of_file("--include, --exclude", reason)))?;
        (filter.follow, filter.hidden) = (self.follow, self.hidden);
        let given = |name: &Option<String>| name.clone();
        Ok(Options {
            max_record: self.max_record,
            encoding: self.encoding,
            fields: Fields {
                text: given(&self.text_field),
                id: given(&self.id_field),
                title: given(&self.title_field),
                date: given(&self.date_field),
            },
            filter,
        })
    }

    /// The inputs that the paths stand for.
    pub fn discover(&self, options: &Options) -> Vec<Result<PathBuf, ReadError>> {
        reader::discover_with(&self.paths, &options.filter)
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read() {
        assert_eq!(size("16MiB"), Ok(16 << 20));
        assert_eq!(size("500k"), Ok(500 << 10));
        assert_eq!(size("7"), Ok(7));
        assert!(size("0").is_err() && size("x").is_err() && size("5q").is_err() && size("99999999999G").is_err());
    }
}
