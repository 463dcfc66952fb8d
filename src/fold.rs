//! Shadow copy of a text in canonical characters: Traditional to Simplified, look-alikes to the ordinary character.
//!
//! Takes the text, gives a copy of exactly the same byte length in which every character starts at the same byte, so
//! that a span found in the copy slices the original. 萬 → 万, 雲 → 云, ⻄ (U+2EC4) → 西.
//! Words come from `variants.tsv`, whose rows must map characters of equal UTF-8 length.

use std::borrow::Cow;

/// Character map over the basic multilingual plane.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Canonical character per UTF-16 unit; 0 where the character stands for itself.
    map: Vec<u16>,
    /// A bit per unit for those that do not: small enough to stay in the cache nearest to the processor.
    variants: Vec<u64>,
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
        let mut variants = vec![0u64; 1024];
        for unit in (0..map.len()).filter(|unit| map[*unit] != 0) {
            variants[unit / 64] |= 1 << (unit % 64);
        }
        Ok(Self { map, variants })
    }

    #[inline]
    fn canonical(&self, c: char) -> Option<char> {
        let code = c as usize;
        if self.variants.get(code / 64)? >> (code % 64) & 1 == 0 {
            return None;
        }
        char::from_u32(u32::from(self.map[code]))
    }

    /// The text in canonical characters; borrowed when nothing had to change.
    pub fn fold<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut folded = String::new();
        let mut copied = 0;
        for (at, c) in text.char_indices() {
            if let Some(canonical) = self.canonical(c) {
                if folded.is_empty() {
                    folded.reserve(text.len());
                }
                folded.push_str(&text[copied..at]);
                folded.push(canonical);
                copied = folded.len();
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        folded.push_str(&text[copied..]);
        Cow::Owned(folded)
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
