//! Sets of characters of the basic multilingual plane: a bit for each, so that a text is searched for hundreds of
//! characters as fast as for one.
//!
//! Takes a text and a position, gives the next position of a member. Walks over bytes, because nearly every character of a
//! text is asked and hardly any is a member.

/// A set of characters of the basic multilingual plane.
#[derive(Debug, Clone)]
pub struct CharSet {
    /// A bit per character: 8 kB, of which a text touches a part that stays in the cache nearest to the processor.
    bits: Box<[u64; 1024]>,
    /// Whether all characters beyond the plane are members.
    beyond: bool,
}

impl Default for CharSet {
    fn default() -> Self {
        Self { bits: Box::new([0; 1024]), beyond: false }
    }
}

impl CharSet {
    /// The set of these characters; those beyond the plane are left out.
    pub fn new(members: impl IntoIterator<Item = char>) -> Self {
        let mut set = Self::default();
        members.into_iter().for_each(|c| set.insert(c));
        set
    }

    /// With all characters beyond the plane.
    pub fn and_beyond(self) -> Self {
        Self { beyond: true, ..self }
    }

    /// Makes a character a member, unless it lies beyond the plane.
    pub fn insert(&mut self, c: char) {
        let code = c as usize;
        if let Some(word) = self.bits.get_mut(code / 64) {
            *word |= 1 << (code % 64);
        }
    }

    /// Whether a character is a member.
    #[inline]
    pub fn contains(&self, c: char) -> bool {
        let code = c as usize;
        self.bits.get(code / 64).map_or(self.beyond, |word| word >> (code % 64) & 1 == 1)
    }

    /// Whether the text begins with a member.
    #[inline]
    pub fn begins(&self, text: &str) -> bool {
        text.chars().next().is_some_and(|c| self.contains(c))
    }

    /// Byte position and length of the first member at or behind `from`, which is a character boundary.
    #[inline]
    pub fn next(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let bytes = text.as_bytes();
        let mut rest = &bytes[from..];
        loop {
            // Three ideographs at once.
            while let [a, b, c, d, e, f, g, h, i, behind @ ..] = rest
                && (a ^ 0xE0) | (d ^ 0xE0) | (g ^ 0xE0) < 0x10
                && (self.three(*a, *b, *c) | self.three(*d, *e, *f) | self.three(*g, *h, *i)) & 1 == 0
            {
                rest = behind;
            }
            let (member, length) = match *rest {
                [lead @ 0xE0..=0xEF, second, third, ..] => (self.three(lead, second, third), 3),
                [lead @ ..0x80, ..] => (self.bits[usize::from(lead >> 6)] >> (lead & 0x3F), 1),
                [lead @ 0xC0..=0xDF, second, ..] => (self.bits[usize::from(lead & 0x1F)] >> (second & 0x3F), 2),
                [0xF0..=0xFF, ..] => (u64::from(self.beyond), 4),
                _ => return None,
            };
            if member & 1 == 1 {
                return Some((bytes.len() - rest.len(), length));
            }
            rest = rest.get(length..)?;
        }
    }

    /// Whether a character of these three bytes is a member: in the lowest bit.
    #[inline]
    fn three(&self, lead: u8, second: u8, third: u8) -> u64 {
        self.bits[usize::from(lead & 0xF) << 6 | usize::from(second & 0x3F)] >> (third & 0x3F)
    }
}

/// A class for every character: for walks that ask several things of each.
#[derive(Debug, Clone)]
pub struct Classes {
    /// Of the basic plane. The place of a surrogate, which no text has, is that of all characters beyond.
    classes: Box<[u8; 0x10000]>,
}

const BEYOND: u16 = 0xD800;

impl Classes {
    /// The class of each character of the basic plane, and of all those beyond.
    pub fn new(class: impl Fn(char) -> u8, beyond: u8) -> Self {
        let mut classes = Box::new([0; 0x10000]);
        for (c, place) in (0..).map(char::from_u32).zip(classes.iter_mut()) {
            *place = c.map_or(0, &class);
        }
        classes[usize::from(BEYOND)] = beyond;
        Self { classes }
    }

    /// Gives position, length and class of every character whose class is not 0.
    #[inline]
    pub fn walk(&self, text: &str, mut found: impl FnMut(usize, usize, u8)) {
        let low = |byte: u8| u16::from(byte & 0x3F);
        let mut rest = text.as_bytes();
        loop {
            let (code, behind) = match rest {
                [lead @ 0xE0..=0xEF, second, third, behind @ ..] => {
                    (u16::from(lead & 0xF) << 12 | low(*second) << 6 | low(*third), behind)
                }
                [lead @ ..0x80, behind @ ..] => (u16::from(*lead), behind),
                [lead @ 0xC0..=0xDF, second, behind @ ..] => (u16::from(lead & 0x1F) << 6 | low(*second), behind),
                [_, _, _, _, behind @ ..] => (BEYOND, behind),
                _ => return,
            };
            let class = self.classes[usize::from(code)];
            if class != 0 {
                found(text.len() - rest.len(), rest.len() - behind.len(), class);
            }
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_members_of_every_length_and_nothing_else() {
        let set = CharSet::new(['3', 'é', '万', '\0', '😀']);
        let text = "a3é中中中中万😀中\0";
        let mut found = Vec::new();
        let mut at = 0;
        while let Some((start, length)) = set.next(text, at) {
            found.push(&text[start..start + length]);
            at = start + length;
        }
        assert_eq!(found, ["3", "é", "万", "\0"]);
        assert_eq!(set.clone().and_beyond().next(text, "a3é中中中中万".len()), Some(("a3é中中中中万".len(), 4)));
        assert!(set.contains('万') && !set.contains('中') && !set.contains('😀'));
        assert!(set.begins("万亿") && !set.begins("亿万") && !set.begins(""));
    }

    #[test]
    fn walks_over_characters_of_every_length() {
        let classes = Classes::new(|c| "3é万\u{ffff}".find(c).map_or(0, |at| at as u8 + 1), 9);
        let text = "a3é中中万😀中\u{ffff}";
        let mut found = Vec::new();
        classes.walk(text, |at, length, class| found.push((&text[at..at + length], class)));
        assert_eq!(found, [("3", 1), ("é", 2), ("万", 4), ("😀", 9), ("\u{ffff}", 7)]);
    }
}
