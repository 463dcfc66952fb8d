//! Shadow copy of a text in canonical characters: Traditional to Simplified, look-alikes to the ordinary character.
//!
//! Takes the text, gives a copy of exactly the same byte length in which every character starts at the same byte, so
//! that a span found in the copy slices the original. 萬 → 万, 雲 → 云, ⻄ (U+2EC4) → 西.
//! Words come from `variants.tsv`, whose rows must map characters of equal UTF-8 length.

use crate::charset::CharSet;
use std::borrow::Cow;

/// Character map over the basic multilingual plane.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Canonical character per UTF-16 unit; 0 where the character stands for itself.
    map: Vec<u16>,
    /// Those that do not.
    variants: CharSet,
}

impl Folder {
    /// Builds the map. Pairs whose UTF-8 lengths differ, or outside the plane, are refused with `Err(pair)`.
    pub fn new(pairs: impl IntoIterator<Item = (char, char)>) -> Result<Self, (char, char)> {
        let mut map = vec![0u16; 0x10000];
        for (variant, canonical) in pairs {
            let (Ok(from), Ok(to)) = (u16::try_from(variant as u32), u16::try_from(canonical as u32)) else {
                return Err((variant, canonical));
            };
            if variant.len_utf8() != canonical.len_utf8() {
                return Err((variant, canonical));
            }
            map[from as usize] = to;
        }
        let variants = (0..=u16::MAX).filter(|unit| map[usize::from(*unit)] != 0);
        let variants = CharSet::new(variants.filter_map(|unit| char::from_u32(unit.into())));
        Ok(Self { map, variants })
    }

    /// The text in canonical characters; borrowed when nothing had to change.
    pub fn fold<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut shadow = Shadow::new(text);
        let mut next = self.variants.next(text, 0);
        while let Some((at, length)) = next {
            shadow.put(at, self.at(&text[at..]));
            next = self.variants.next(text, at + length);
        }
        shadow.finish()
    }

    /// The canonical character of the variant that a text begins with.
    pub(crate) fn at(&self, text: &str) -> char {
        text.chars().next().and_then(|variant| self.canonical(variant)).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The canonical character, when this one is a variant.
    pub fn canonical(&self, variant: char) -> Option<char> {
        self.map.get(variant as usize).filter(|unit| **unit != 0).and_then(|unit| char::from_u32(u32::from(*unit)))
    }
}

/// A copy of a text in which some characters are replaced by others of the same length.
pub(crate) struct Shadow<'t> {
    text: &'t str,
    /// Empty as long as nothing is replaced.
    copy: String,
}

impl<'t> Shadow<'t> {
    /// Nothing replaced yet.
    pub const fn new(text: &'t str) -> Self {
        Self { text, copy: String::new() }
    }

    /// Replaces the character at `at`, which stands behind those replaced before.
    pub fn put(&mut self, at: usize, canonical: char) {
        self.copy.reserve(self.text.len() - self.copy.len());
        self.copy.push_str(&self.text[self.copy.len()..at]);
        self.copy.push(canonical);
    }

    /// The copy, or the text when it is the same.
    pub fn finish(mut self) -> Cow<'t, str> {
        if self.copy.is_empty() {
            return Cow::Borrowed(self.text);
        }
        self.copy.push_str(&self.text[self.copy.len()..]);
        Cow::Owned(self.copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_byte_offset() {
        let folder = Folder::new([('東', '东'), ('億', '亿'), ('⻄', '西')]).unwrap();
        let text = "a東莞 3億元，⻄安😀";
        let folded = folder.fold(text);
        assert_eq!(folded, "a东莞 3亿元，西安😀");
        assert_eq!(folded.len(), text.len());
        assert!(matches!(folder.fold("东莞"), Cow::Borrowed(_)));
    }

    #[test]
    fn refuses_characters_of_unequal_length() {
        assert_eq!(Folder::new([('Ａ', 'A')]).unwrap_err(), ('Ａ', 'A'));
    }
}
