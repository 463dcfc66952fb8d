//! The segmenter: a stretch of text to tokens with part of speech. The only file that names jieba.
//!
//! Takes the folded text and spans, gives tokens that tile them. The gazetteer's names are words of the segmenter, so
//! that no token cuts through one. Quantities are never read from tokens: jieba glues 亿元, 余家, 万多平方米.

use crate::lexicon::Lexicon;
use crate::lexicon::change::BALANCED_NAMES;
use crate::span::Span;
use jieba_rs::Jieba;

/// Part of speech, as far as the rules ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pos {
    /// n, nz, vn, an, s, j …
    Noun,
    /// v, vd.
    Verb,
    /// a, ad, b, z.
    Adjective,
    /// m, q, mq.
    Number,
    /// p, c, u, d, r, f, y, t …
    Function,
    /// x, w.
    Punctuation,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where.
    pub span: Span,
    /// Part of speech.
    pub pos: Pos,
}

/// The segmenter with the gazetteer's words.
#[derive(Debug)]
pub struct Segmenter {
    jieba: Jieba,
}

/// Frequency that lets a name win over its parts; without one jieba would store 0 and never choose the word.
const NAME_FREQUENCY: usize = 50_000;

impl Segmenter {
    /// Builds jieba's dictionary once; costs a tenth of a second.
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut jieba = Jieba::new();
        for surface in lexicon.name_surfaces() {
            // 高要求 is in the table to say that 高要 is not meant there; it must not become a word that hides 要求.
            jieba.add_word(surface, Some(NAME_FREQUENCY), Some("ns"));
        }
        balance(&mut jieba);
        Self { jieba }
    }

    /// Whether the dictionary has a word.
    pub fn is_word(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }

    /// How often jieba's corpus has a word, to within one; 0 for what is no word of it. Names of the gazetteer are set high.
    pub fn frequency(&self, word: &str) -> usize {
        if self.is_word(word) { self.jieba.suggest_freq(word) } else { 0 }
    }

    /// Tokens of one stretch of the folded text, with offsets into the whole text.
    pub fn tokens(&self, folded: &str, span: Span) -> Vec<Token> {
        self.tagged(folded, span).into_iter().map(|(token, _)| token).collect()
    }

    /// Tokens as [`Segmenter::tokens`] gives them, each with the tag of jieba's dictionary: `ns` place, `q` measure word.
    pub fn tagged<'s>(&'s self, folded: &'s str, span: Span) -> Vec<(Token, &'s str)> {
        let mut at = span.start;
        let tags = self.jieba.tag(span.of(folded), false);
        tags.iter()
            .map(|tag| {
                let token = Token { span: Span::new(at, at + tag.word.len()), pos: pos(tag.tag) };
                at = token.span.end;
                (token, tag.tag)
            })
            .collect()
    }
}

/// All frequencies together: those of the names, as long as they are no more, and of jieba's own words.
const ALL_FREQUENCIES: usize = BALANCED_NAMES * NAME_FREQUENCY + 100_000_000;

/// Fills the sum of all frequencies up to a constant, with a word that no text has. jieba weighs each word against that
/// sum, so that one name more would now and then cut a sentence that does not hold it in another place.
fn balance(jieba: &mut Jieba) {
    const NOWHERE: &str = "\u{f8ff}";
    // The sum is told nowhere else.
    let told = format!("{jieba:?}");
    let digits = told.split_once("total_freq: ").map(|(_, rest)| rest.trim_end_matches(|c: char| !c.is_ascii_digit()));
    if let Some(sum) = digits.and_then(|digits| digits.parse::<usize>().ok()).filter(|sum| *sum < ALL_FREQUENCIES) {
        jieba.add_word(NOWHERE, Some(ALL_FREQUENCIES - sum), Some("x"));
    }
}

fn pos(tag: &str) -> Pos {
    match tag.as_bytes() {
        // zg: 村, 县 and other single characters that jieba has no class for.
        b"vn" | b"an" | b"eng" | b"zg" => Pos::Noun,
        [b'n' | b's' | b'j' | b'l' | b'i', ..] => Pos::Noun,
        [b'v', ..] => Pos::Verb,
        [b'a' | b'b' | b'z', ..] => Pos::Adjective,
        [b'm' | b'q', ..] => Pos::Number,
        [b'x' | b'w', ..] => Pos::Punctuation,
        _ => Pos::Function,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_nothing_where_it_does_not_stand() {
        let sum = |segmenter: &Segmenter| {
            format!("{:?}", segmenter.jieba).split_once("total_freq").map(|(_, rest)| rest.to_string())
        };
        let folder = tempfile::tempdir().unwrap();
        let header = "surface\tkind\thelper\trecipient\tsource\tnote\n";
        std::fs::write(folder.path().join("compounds.tsv"), format!("{header}甲乙丙园\tpark\t440300\t441600\tx\t\n"))
            .unwrap();
        let more = Lexicon::load(&[folder.path().to_path_buf()]).unwrap();
        let (few, more) = (Segmenter::new(&Lexicon::builtin()), Segmenter::new(&more));
        assert!(more.is_word("甲乙丙园") && !few.is_word("甲乙丙园"));
        assert_eq!(sum(&few), sum(&more));
        assert_eq!(sum(&few).as_deref(), Some(format!(": {ALL_FREQUENCIES} }}").as_str()));
    }
}
