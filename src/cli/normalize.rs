//! `duikou normalize`: the quantities of each argument or line.

use super::{DictionaryArguments, OK, SOME_FAILED, broken};
use crate::error::Error;
use crate::output;
use crate::pipeline::Extractor;
use std::io::{BufRead, Write};

#[derive(clap::Args)]
pub struct Arguments {
    /// Texts; without any, each line of standard input is one
    #[arg(value_name = "TEXT")]
    texts: Vec<String>,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let broken = broken(None);
    let extractor = arguments.dictionaries.extractor()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut status = OK;
    if arguments.texts.is_empty() {
        for (index, line) in std::io::stdin().lock().lines().enumerate() {
            match line {
                Ok(line) => read(&extractor, &line, &mut out).map_err(broken)?,
                Err(error) => {
                    eprintln!("duikou: -: line {}: {error}", index + 1);
                    status = SOME_FAILED;
                }
            }
        }
    }
    for text in &arguments.texts {
        read(&extractor, text, &mut out).map_err(broken)?;
    }
    out.flush().map_err(broken)?;
    Ok(status)
}

fn read(extractor: &Extractor, text: &str, out: &mut impl Write) -> std::io::Result<()> {
    let quantities = output::quantity_records(text, &extractor.numbers(text));
    writeln!(out, "{}", serde_json::json!({"input": text, "quantities": quantities}))
}
