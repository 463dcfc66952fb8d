//! Landmarks: the characters that stages look for, one in five of a text, found in one walk for all of them.
//!
//! Takes the text, gives its shadow copy in canonical characters (`fold`), and where numeral characters stand, where
//! clauses end, and where a sentence may.

use crate::charset::Classes;
use crate::fold::Shadow;
use crate::lexicon::Lexicon;
use crate::span::Span;
use std::borrow::Cow;

/// A mark that ends a clause. 、 joins members of a list and ends none.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Where.
    pub span: Span,
    /// Whether it ends a segment too: ；。！？ and a line break.
    pub segment: bool,
}

/// What one walk over a text finds, by position.
#[derive(Debug, Clone)]
pub struct Survey<'t> {
    /// The text in canonical characters.
    pub folded: Cow<'t, str>,
    /// Where the numeral characters start.
    pub numerals: Vec<usize>,
    /// The marks that end clauses.
    pub marks: Vec<Mark>,
    /// Where the characters start that may end a sentence, and brackets.
    pub stops: Vec<usize>,
}

/// What a character is, as the sum of these.
type Class = u8;
const VARIANT: Class = 1;
const NUMERAL: Class = 2;
const CLAUSE: Class = 4;
const SEGMENT: Class = 8;
const STOP: Class = 16;

/// Knows the landmarks.
#[derive(Debug, Clone)]
pub struct Surveyor {
    classes: Classes,
}

impl Surveyor {
    /// The landmarks of these dictionaries.
    pub fn new(lexicon: &Lexicon) -> Self {
        let class = |c| match lexicon.folder.canonical(c) {
            Some(canonical) => VARIANT | class(lexicon, canonical),
            None => class(lexicon, c),
        };
        // Of characters beyond the basic plane nothing is known.
        Self { classes: Classes::new(class, STOP) }
    }

    /// Walks over a text.
    pub fn survey<'t>(&self, lexicon: &Lexicon, text: &'t str) -> Survey<'t> {
        // Room for what a page has at most, nearly always.
        let mut shadow = Shadow::new(text);
        let mut numerals = Vec::with_capacity(text.len() / 16);
        let mut marks = Vec::with_capacity(text.len() / 24);
        let mut stops = Vec::with_capacity(text.len() / 48);
        self.classes.walk(text, |at, length, class| {
            if class & VARIANT != 0 {
                shadow.put(at, lexicon.folder.at(&text[at..]));
            }
            if class & NUMERAL != 0 {
                numerals.push(at);
            }
            if class & (CLAUSE | SEGMENT) != 0 {
                marks.push(Mark { span: Span::new(at, at + length), segment: class & SEGMENT != 0 });
            }
            if class & STOP != 0 {
                stops.push(at);
            }
        });
        Survey { folded: shadow.finish(), numerals, marks, stops }
    }
}

fn class(lexicon: &Lexicon, c: char) -> Class {
    let numeral = if lexicon.numeral(c).is_some() { NUMERAL } else { 0 };
    let mark = match c {
        ',' | ':' | '，' | '：' => CLAUSE,
        ';' | '!' | '?' | '\n' | '。' | '；' | '！' | '？' => SEGMENT,
        _ => 0,
    };
    let stop = if may_end_sentence(c) || bracket(c) != 0 { STOP } else { 0 };
    numeral | mark | stop
}

/// Whether a character may end a sentence: those too that are not known to end none.
pub const fn may_end_sentence(c: char) -> bool {
    match c {
        '.' | '!' | '?' | '\n' | '\r' | '。' | '！' | '．' | '？' => true,
        // ASCII; · » é ǎ of readings, but neither U+0085, a line break, nor the soft hyphen
        '\0'..='\x7f' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{24f}' => false,
        // — ‘ ’ “ ” • and … ; arrows, ①, ■ and other signs
        '—' | '‘'..='”' | '•' | '…' | '\u{2100}'..='\u{2cbf}' => false,
        // 、《》〇 and their like; ideographs; ，：；（） ｜ and full-width digits and letters
        '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ff5e}' => false,
        _ => true,
    }
}

/// 1 for （ and 〔, -1 for ） and 〕.
pub const fn bracket(c: char) -> i32 {
    match c {
        '（' | '(' | '〔' => 1,
        '）' | ')' | '〕' => -1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_walk_finds_what_each_stage_would() {
        let lexicon = Lexicon::builtin();
        let surveyor = Surveyor::new(&lexicon);
        for text in ["東莞投3.5億元，建5個；（好。）\n完", "完！好？ABC：；,:;!?\r。\u{85}😀壹佰３", "", "深圳"]
        {
            let survey = surveyor.survey(&lexicon, text);
            assert_eq!(survey.folded, lexicon.folder.fold(text));
            let at = |wanted: &dyn Fn(char) -> bool| -> Vec<usize> {
                survey.folded.char_indices().filter(|(_, c)| wanted(*c)).map(|(at, _)| at).collect()
            };
            assert_eq!(survey.numerals, at(&|c| lexicon.numeral(c).is_some()));
            assert_eq!(survey.stops, at(&|c| may_end_sentence(c) || bracket(c) != 0));
            let ends = |segment: bool| -> Vec<usize> {
                survey.marks.iter().filter(|mark| mark.segment == segment).map(|mark| mark.span.start).collect()
            };
            assert_eq!(ends(true), at(&|c| ";!?\n。；！？".contains(c)));
            assert_eq!(ends(false), at(&|c| ",:，：".contains(c)));
            assert!(survey.marks.iter().all(|mark| mark.span.of(text).chars().count() == 1));
        }
    }
}
