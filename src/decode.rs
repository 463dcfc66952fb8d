//! Bytes to text: a byte order mark decides, then strict UTF-8, then what is declared, then UTF-16 by its zero bytes,
//! GB18030 or Big5 by their statistics.

use chardetng::EncodingDetector;
use encoding_rs::{BIG5, CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, Read};

/// Bytes that statistics look at.
const SAMPLE: usize = 65_536;

/// The encoding of a label such as `gb2312`, `utf-8`, `big5`; GB2312 and GBK mean their superset GB18030.
pub fn of_label(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.trim().as_bytes())?;
    Some(if encoding == encoding_rs::GBK { GB18030 } else { encoding })
}

/// Decodes a whole file. `forced` is what the user says of it; it yields to a byte order mark alone.
///
/// # Errors
/// Says why the bytes are no text: neither UTF-8 nor GB18030, with the offset of the first byte that is wrong.
pub fn decode(bytes: Vec<u8>, forced: Option<&'static Encoding>) -> Result<String, String> {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        return strict(&bytes[length..], encoding)
            .ok_or_else(|| format!("not valid {}, which its byte order mark claims", encoding.name()));
    }
    if let Some(encoding) = forced {
        return strict(&bytes, encoding).ok_or_else(|| format!("not valid {}", encoding.name()));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let valid = bytes.utf8_error().valid_up_to();
    let bytes = bytes.into_bytes();
    let encoding = detect(&bytes);
    if encoding == UTF_8 {
        return Err(if bytes.len() - valid < 4 {
            format!("cut off in the middle of a character (byte {valid})")
        } else {
            format!("not UTF-8: byte {valid} is wrong")
        });
    }
    strict(&bytes, encoding).ok_or_else(|| format!("neither UTF-8 (byte {valid} is wrong) nor {}", encoding.name()))
}

/// Decodes a page as a browser does: what it declares counts for less than valid UTF-8, and a bad byte becomes U+FFFD.
pub fn decode_page(bytes: &[u8], forced: Option<&'static Encoding>, declared: Option<&'static Encoding>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
    }
    let encoding = forced.unwrap_or_else(|| match detect(bytes) {
        encoding if encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE => encoding,
        // A page cannot declare itself UTF-8 or ASCII when it is not.
        encoding => declared.filter(|declared| *declared == GB18030 || *declared == BIG5).unwrap_or(encoding),
    });
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn strict(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// The encoding that the bytes, or their beginning, are most likely in.
fn detect(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if let Some(encoding) = utf_16(sample) {
        return encoding;
    }
    if is_utf_8(sample) {
        return UTF_8;
    }
    // A hint of a country would be a prior that no text can overcome (every Big5 page of `cn` is called GBK).
    let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    if detector.guess(None, chardetng::Utf8Detection::Deny) == BIG5 { BIG5 } else { GB18030 }
}

/// Whether the bytes are UTF-8 all in all: a broken record or a cut end does not make them GBK. In GBK text one pair of
/// bytes in eight happens to be valid UTF-8.
fn is_utf_8(sample: &[u8]) -> bool {
    let (mut valid, mut broken) = (0usize, 0usize);
    for chunk in sample.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || valid > 4 * broken
}

/// UTF-16 without a mark: line ends, digits and spaces have a zero byte, which no other encoding of Chinese holds. Read
/// in the wrong order, most characters are none that an article is written in.
fn utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    if !sample.contains(&0) {
        return None;
    }
    let whole = &sample[..sample.len() / 2 * 2];
    let plain = |c: &char| c.is_ascii() && !c.is_ascii_control() || c.is_ascii_whitespace();
    let common =
        |c: &char| plain(c) || matches!(c, '\u{a0}'..='\u{ff}' | '\u{2000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    [UTF_16LE, UTF_16BE].into_iter().find(|encoding| {
        // The sample may end inside a pair of surrogates, so a single fault is none.
        let text = encoding.decode_without_bom_handling(whole).0;
        text.chars().filter(common).count() * 10 > text.chars().count() * 9
    })
}

/// A stream of records as UTF-8, whatever it was in; a byte order mark goes. What was UTF-8 passes as it is, its faults
/// included, so that they are named record by record; of any other encoding a bad byte becomes U+FFFD.
///
/// # Errors
/// The system's.
pub fn stream<'r>(
    mut input: Box<dyn BufRead + 'r>,
    forced: Option<&'static Encoding>,
) -> io::Result<Box<dyn BufRead + 'r>> {
    let (encoding, mark) = {
        let head = input.fill_buf()?;
        match Encoding::for_bom(head) {
            Some(found) => found,
            None => (forced.unwrap_or_else(|| detect(head)), 0),
        }
    };
    input.consume(mark);
    if encoding == UTF_8 {
        return Ok(input);
    }
    let decoder = encoding.new_decoder_without_bom_handling();
    let transcoder = Transcoder { input, decoder, pending: Vec::new(), at: 0, ended: false };
    Ok(Box::new(io::BufReader::with_capacity(1 << 16, transcoder)))
}

struct Transcoder<'r> {
    input: Box<dyn BufRead + 'r>,
    decoder: Decoder,
    pending: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Read for Transcoder<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.pending.len() && !self.ended {
            let bytes = self.input.fill_buf()?;
            let last = bytes.is_empty();
            self.pending.resize(self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16), 0);
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.pending, last);
            self.pending.truncate(written);
            self.at = 0;
            self.input.consume(read);
            self.ended = last && result == CoderResult::InputEmpty;
        }
        let taken = out.len().min(self.pending.len() - self.at);
        out[..taken].copy_from_slice(&self.pending[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "深圳对口帮扶河源，投入资金3.5亿元，建成项目25个。\n";

    fn utf_16_bytes(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn finds_the_encoding() {
        let gb = GB18030.encode(TEXT).0.into_owned();
        assert_eq!(decode(gb, None).unwrap(), TEXT);
        assert_eq!(decode(TEXT.as_bytes().to_vec(), None).unwrap(), TEXT);
        assert_eq!(decode([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), None).unwrap(), TEXT);
        let traditional = "東莞對口幫扶韶關，投入資金億元，產業園區建設項目";
        assert_eq!(decode(BIG5.encode(traditional).0.into_owned(), None).unwrap(), traditional);
        assert!(decode(vec![b'a', 0xff, 0xff, 0xfe, b'b', 0x80], None).is_err());
    }

    #[test]
    fn finds_utf_16_with_and_without_its_mark() {
        assert_eq!(decode(utf_16_bytes(TEXT, u16::to_le_bytes), None).unwrap(), TEXT);
        assert_eq!(decode(utf_16_bytes(TEXT, u16::to_be_bytes), None).unwrap(), TEXT);
        assert_eq!(decode(utf_16_bytes(&format!("\u{feff}{TEXT}"), u16::to_be_bytes), None).unwrap(), TEXT);
        assert!(decode(vec![0; 100], None).is_ok_and(|text| text.chars().all(|c| c == '\0')), "zero bytes are ASCII");
    }

    #[test]
    fn a_cut_end_is_named_and_not_taken_for_gbk() {
        let cut = TEXT.as_bytes()[..TEXT.len() - 2].to_vec();
        assert!(decode(cut, None).unwrap_err().contains("cut off"));
    }

    #[test]
    fn what_the_user_says_wins_over_statistics() {
        // 一丁 in GB18030; as Big5 the same bytes are other characters.
        let bytes = GB18030.encode("河源").0.into_owned();
        assert_ne!(decode(bytes.clone(), of_label("big5")).ok().as_deref(), Some("河源"));
        assert_eq!(decode(bytes, of_label("gb2312")).unwrap(), "河源");
    }

    #[test]
    fn a_stream_is_transcoded_across_buffers() {
        let text = TEXT.repeat(5000);
        for bytes in [GB18030.encode(&text).0.into_owned(), utf_16_bytes(&text, u16::to_le_bytes), text.clone().into()]
        {
            let mut read = String::new();
            let input = Box::new(io::BufReader::with_capacity(777, bytes.as_slice()));
            stream(input, None).unwrap().read_to_string(&mut read).unwrap();
            assert!(read == text);
        }
    }
}
