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
        let mut next = self.variants.next(text, 0);
        if next.is_none() {
            return Cow::Borrowed(text);
        }
        let mut folded = String::with_capacity(text.len());
        while let Some((at, length)) = next {
            folded.push_str(&text[folded.len()..at]);
            folded.push(self.canonical(&text[at..at + length]));
            next = self.variants.next(text, at + length);
        }
        folded.push_str(&text[folded.len()..]);
        Cow::Owned(folded)
    }

    /// The canonical character of one variant.
    fn canonical(&self, variant: &str) -> char {
        let code = variant.chars().next().map_or(0, |c| c as usize);
        char::from_u32(u32::from(self.map[code])).unwrap_or(char::REPLACEMENT_CHARACTER)
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
