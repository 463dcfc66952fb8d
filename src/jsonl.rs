//! Facts as JSON lines, written straight from the stages' values.
//!
//! Says what `output`'s records say through serde, byte for byte (tested), without building them: a dump's facts are
//! three times as long as its text, and most of that is text that stands in the document already.

use crate::document::Document;
use crate::fact::Fact;
use crate::lexicon::{Lexicon, PlaceId};
use crate::output::{self, CodePoints};
use crate::pairing::{Evidence, Pair};
use crate::span::Span;
use std::io::Write;
use std::ops::Range;

/// Writes each fact of a document as one line.
pub fn write_facts(lexicon: &Lexicon, document: &Document, facts: &[Fact], out: &mut Vec<u8>) {
    if facts.is_empty() {
        return;
    }
    let points = CodePoints::new(&document.text);
    let mut line = Line { lexicon, document, points, out };
    let mut before = None;
    for fact in facts {
        before = Some(line.fact(fact, before));
    }
}

/// A fact that was written, and where its pairs and its sentence stand in the output: the next one often has the same.
struct Written<'f> {
    fact: &'f Fact,
    pairs: Range<usize>,
    sentence: Range<usize>,
}

struct Line<'l> {
    lexicon: &'l Lexicon,
    document: &'l Document,
    points: CodePoints<'l>,
    out: &'l mut Vec<u8>,
}

impl Line<'_> {
    fn fact<'f>(&mut self, fact: &'f Fact, before: Option<Written<'f>>) -> Written<'f> {
        let text = self.document.text.as_str();
        let quantity = &fact.quantity;
        let (start, end) = (self.points.at(quantity.span.start), self.points.at(quantity.span.end));
        let slice = |span: Option<Span>| span.map_or("", |span| span.of(text));
        let values = output::values(quantity);
        self.string("{\"doc\":", &self.document.id);
        self.raw(",\"id\":\"");
        escape(self.out, &self.document.id);
        self.raw("#");
        self.number("", start);
        self.number("-", end);
        self.raw("\",\"kind\":\"");
        self.raw(quantity.kind.name());
        self.string("\",\"text\":", quantity.span.of(text));
        self.number(",\"start\":", start);
        self.number(",\"end\":", end);
        self.optional(",\"value\":", values.value.as_deref());
        self.optional(",\"low\":", values.low.as_deref());
        self.optional(",\"high\":", values.high.as_deref());
        self.string(",\"unit\":", output::unit(text, quantity));
        self.optional(",\"si\":", values.si.as_deref());
        self.raw(",\"bound\":\"");
        self.raw(quantity.bound.name());
        self.string("\",\"each\":", slice(fact.context.each));
        self.string(",\"of\":", slice(fact.context.of));
        self.raw(if fact.context.planned { ",\"status\":\"planned\"" } else { ",\"status\":\"actual\"" });
        self.string(",\"time\":", &fact.context.time);
        let before = before.as_ref();
        let same = before.filter(|before| before.fact.decision.pairs == fact.decision.pairs);
        let pairs = self.again(same.map(|same| same.pairs.clone()), |line| {
            line.list(",\"pairs\":", &fact.decision.pairs, Self::pair);
        });
        let same = before.filter(|before| before.fact.sentence == fact.sentence);
        let sentence = self.again(same.map(|same| same.sentence.clone()), |line| {
            line.string(",\"sentence\":", fact.sentence.of(text));
        });
        let flags: Vec<String> = fact.flags.iter().flat_map(|flag| output::labels(flag, &self.points)).collect();
        self.list(",\"flags\":", &flags, |line, flag| line.string("", flag));
        self.raw("}\n");
        Written { fact, pairs, sentence }
    }

    /// Writes what was written before once more, or for the first time; where it stands.
    fn again(&mut self, before: Option<Range<usize>>, write: impl FnOnce(&mut Self)) -> Range<usize> {
        let start = self.out.len();
        match before {
            Some(before) => self.out.extend_from_within(before),
            None => write(self),
        }
        start..self.out.len()
    }

    fn pair(&mut self, pair: &Pair) {
        self.sides("{", (pair.cities.helper, pair.cities.recipient));
        match pair.fine {
            Some(sides) => {
                self.sides(",\"fine\":{", sides);
                self.raw("}");
            }
            None => self.raw(",\"fine\":null"),
        }
        // 0.85, 0.9, 1.0
        let (whole, tenths, hundredths) = (pair.confidence / 100, pair.confidence / 10 % 10, pair.confidence % 10);
        self.number(",\"confidence\":", usize::from(whole));
        self.number(".", usize::from(tenths));
        if hundredths > 0 {
            self.number("", usize::from(hundredths));
        }
        self.list(",\"evidence\":", &pair.evidence, Self::evidence);
        self.raw("}");
    }

    fn evidence(&mut self, piece: &Evidence) {
        self.raw("{\"rule\":\"");
        escape(self.out, piece.rule);
        if let Some(row) = piece.row {
            self.raw(" ");
            escape(self.out, &self.lexicon.files[row.file as usize]);
            self.number(":", row.line as usize);
        }
        let words = piece.span.map_or("", |span| span.of(&self.document.text));
        self.string("\",\"text\":", words);
        match piece.span {
            Some(span) => {
                self.number(",\"start\":", self.points.at(span.start));
                self.number(",\"end\":", self.points.at(span.end));
                self.raw("}");
            }
            None => self.raw(",\"start\":null,\"end\":null}"),
        }
    }

    /// Names and codes of a helper and a recipient.
    fn sides(&mut self, before: &str, (helper, recipient): (PlaceId, PlaceId)) {
        let lexicon = self.lexicon;
        self.raw(before);
        self.string("\"helper\":", output::short(lexicon, helper));
        self.string(",\"recipient\":", output::short(lexicon, recipient));
        self.string(",\"helper_code\":", &lexicon.place(helper).code);
        self.string(",\"recipient_code\":", &lexicon.place(recipient).code);
    }

    fn list<T>(&mut self, key: &str, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.raw(key);
        self.raw("[");
        for (index, each) in items.iter().enumerate() {
            if index > 0 {
                self.raw(",");
            }
            item(self, each);
        }
        self.raw("]");
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn string(&mut self, key: &str, value: &str) {
        self.raw(key);
        self.raw("\"");
        escape(self.out, value);
        self.raw("\"");
    }

    fn optional(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.string(key, value),
            None => {
                self.raw(key);
                self.raw("null");
            }
        }
    }

    fn number(&mut self, key: &str, value: usize) {
        self.raw(key);
        self.raw(itoa::Buffer::new().format(value));
    }
}

/// The inside of a JSON string.
fn escape(out: &mut Vec<u8>, text: &str) {
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    // Without an early exit, so that many bytes are compared at a time.
    if !text.bytes().fold(false, |found, byte| found | special(byte)) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0C => out.extend_from_slice(b"\\f"),
            0..0x20 => {
                let _ = write!(out, "\\u{byte:04x}");
            }
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_the_library_does() {
        for code in 0..0x300u32 {
            let text: String = char::from_u32(code).into_iter().chain("深\u{2028}".chars()).collect();
            let mut out = vec![b'"'];
            escape(&mut out, &text);
            out.push(b'"');
            assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
