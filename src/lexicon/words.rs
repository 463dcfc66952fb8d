//! Many words looked for in one pass: names by the thousand, or by the million with a user's tables, and cues.
//!
//! Hardly any character of a text begins a word of a table. A word is therefore kept under its first six bytes, which
//! are two Chinese characters, and at each character a filter is asked whether any word begins so; only then is the word
//! itself compared. An automaton for each of the two tables enters a state at every character instead, which costs more.

use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// Words that are kept under keys of one length.
#[derive(Debug)]
struct Shelf {
    /// The bits of a key.
    mask: u64,
    /// Whether some key has this hash. One in eight says so, or fewer.
    filter: Vec<bool>,
    /// Bits of a hash that do not number the filter.
    shift: u32,
    /// Where in `Words::words` those of a key stand.
    keys: FxHashMap<u64, (u32, u32)>,
}

impl Shelf {
    /// An empty shelf for words under keys of `bytes` bytes, with a filter for so many keys.
    fn new(bytes: usize, keys: usize) -> Self {
        let size = (keys * 8).next_power_of_two().max(1 << 12);
        Self {
            mask: (1 << (8 * bytes)) - 1,
            filter: vec![false; size],
            shift: u64::BITS - size.trailing_zeros(),
            keys: FxHashMap::default(),
        }
    }

    /// Multiplication mixes all bytes of a key into the upper bits.
    #[inline(always)]
    const fn hash(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    /// Whether a word may begin as `ahead` does.
    #[inline(always)]
    fn may_begin(&self, ahead: u64) -> bool {
        self.filter[self.hash(ahead & self.mask)]
    }
}

/// A word, as it is compared: most differ from the text in the eight bytes that are at hand.
#[derive(Debug)]
struct Word {
    /// The first eight bytes, zeros behind the end.
    begin: u64,
    /// The bits of those that are the word's.
    mask: u64,
    length: usize,
    /// Bytes behind the first eight.
    rest: Box<[u8]>,
    number: u32,
}

impl Word {
    fn new(word: &str, number: u32) -> Self {
        let bytes = word.as_bytes();
        let mask = u64::MAX >> (64 - 8 * bytes.len().min(8));
        Self { begin: ahead(bytes), mask, length: bytes.len(), rest: bytes[bytes.len().min(8)..].into(), number }
    }

    /// Whether `bytes`, of which `ahead` are the first eight, begin with the word.
    #[inline]
    fn begins(&self, ahead: u64, bytes: &[u8]) -> bool {
        (ahead ^ self.begin) & self.mask == 0
            && (self.rest.is_empty() || bytes.get(8..).is_some_and(|bytes| bytes.starts_with(&self.rest)))
    }
}

/// A set of words, each with its number.
#[derive(Debug)]
pub(super) struct Words {
    /// By length of key, longest first: 深圳 and longer words are kept under six bytes, 将 and GDP under three.
    shelves: [Shelf; KEYS.len()],
    /// Words of one key stand together, longest first.
    words: Vec<Word>,
}

/// Bytes of a key, and of the words that are kept under it.
const KEYS: [(usize, RangeInclusive<usize>); 4] = [(6, 6..=usize::MAX), (3, 3..=5), (2, 2..=2), (1, 1..=1)];

/// The first eight bytes, zeros behind the end.
#[inline(always)]
fn ahead(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |ahead, byte| ahead << 8 | u64::from(*byte)),
    }
}

/// Bytes of the character that begins with `lead`.
#[inline(always)]
const fn width(lead: u8) -> usize {
    match lead {
        ..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

impl Words {
    /// The words with their numbers. An empty word is never found.
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, u32)> + Clone) -> Self {
        let mut all = Vec::new();
        let shelves = KEYS.map(|(key, lengths)| {
            let begin = |word: &str| ahead(&word.as_bytes()[..key]);
            let mut kept: Vec<(u64, &str, u32)> = words
                .clone()
                .filter(|(word, _)| lengths.contains(&word.len()))
                .map(|(word, number)| (begin(word), word, number))
                .collect();
            kept.sort_unstable_by_key(|(begin, word, number)| (*begin, std::cmp::Reverse(word.len()), *word, *number));
            let mut shelf = Shelf::new(key, kept.chunk_by(|a, b| a.0 == b.0).count());
            for (begin, word, number) in kept {
                let at = all.len() as u32;
                shelf.keys.entry(begin).or_insert((at, at)).1 = at + 1;
                let hash = shelf.hash(begin);
                shelf.filter[hash] = true;
                all.push(Word::new(word, number));
            }
            shelf
        });
        Self { shelves, words: all }
    }

    /// Every word in the text, overlapping ones too: start, length in bytes and number, by start, the longer first.
    pub fn scan(&self, text: &str, mut found: impl FnMut(usize, usize, u32)) {
        let [long, short, others @ ..] = &self.shelves;
        let mut rest = text.as_bytes();
        while let Some(&lead) = rest.first() {
            let (ahead, width) = (ahead(rest), width(lead));
            let mut look = |shelf: &Shelf| {
                if shelf.may_begin(ahead) {
                    let at = text.len() - rest.len();
                    self.compare(shelf, ahead, rest, |length, number| found(at, length, number));
                }
            };
            look(long);
            look(short);
            // Keys of one or two bytes begin no ideograph.
            if width != 3 {
                others.iter().for_each(look);
            }
            rest = rest.get(width..).unwrap_or_default();
        }
    }

    /// The words of a shelf that a text begins with, longest first. Kept out of the walk, which hardly ever gets here.
    #[inline(never)]
    fn compare(&self, shelf: &Shelf, ahead: u64, bytes: &[u8], mut found: impl FnMut(usize, u32)) {
        let Some((from, to)) = shelf.keys.get(&(ahead & shelf.mask)) else { return };
        for word in &self.words[*from as usize..*to as usize] {
            if word.begins(ahead, bytes) {
                found(word.length, word.number);
            }
        }
    }

    /// Every word that the text begins with, longest first.
    pub fn at_start(&self, text: &str, mut found: impl FnMut(usize, u32)) {
        let ahead = ahead(text.as_bytes());
        for shelf in &self.shelves {
            self.compare(shelf, ahead, text.as_bytes(), &mut found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn found(words: &[&str], text: &str) -> Vec<(usize, usize, u32)> {
        let mut found = Vec::new();
        let words = Words::new(words.iter().copied().zip(0..));
        words.scan(text, |at, length, number| found.push((at, length, number)));
        found
    }

    #[test]
    fn words_overlap_and_the_longer_comes_first() {
        let words = ["河源", "河源市", "源城", "源城区", "GDP", "a", "将"];
        assert_eq!(found(&words, "河源城区"), [(0, 6, 0), (3, 9, 3), (3, 6, 2)]);
        assert_eq!(found(&words, "将GDPa河源市"), [(0, 3, 6), (3, 3, 4), (6, 1, 5), (7, 9, 1), (7, 6, 0)]);
        assert_eq!(found(&words, "河"), []);
    }

    proptest::proptest! {
        /// As a search that compares every word at every character.
        #[test]
        fn as_by_hand(
            words in proptest::collection::btree_set("[a-c深圳河源市]{1,4}", 1..12),
            text in "[a-c深圳河源市é😀]{0,30}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut expected = Vec::new();
            for (at, _) in text.char_indices() {
                let here = words.iter().zip(0..).filter(|(word, _)| text[at..].starts_with(**word));
                let mut here: Vec<_> = here.map(|(word, number)| (at, word.len(), number)).collect();
                here.sort_by_key(|(_, length, _)| std::cmp::Reverse(*length));
                expected.extend(here);
            }
            proptest::prop_assert_eq!(found(&words, &text), expected);
        }
    }
}
