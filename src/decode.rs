//! Bytes to text: a byte order mark decides, then strict UTF-8, then GB18030 or Big5 by their statistics.

use chardetng::EncodingDetector;
use encoding_rs::{BIG5, Encoding, GB18030};

/// Decodes a whole file.
///
/// # Errors
/// Says why the bytes are no text: neither UTF-8 nor GB18030, with the offset of the first byte that is wrong.
pub fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(&bytes[length..]);
        return if broken {
            Err(format!("not valid {}, which its byte order mark claims", encoding.name()))
        } else {
            Ok(text.into_owned())
        };
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let valid = bytes.utf8_error().valid_up_to();
    let bytes = bytes.into_bytes();
    // A hint of a country would be a prior that no text can overcome (every Big5 page of `cn` is called GBK).
    let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(65_536)], true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    let encoding = if guess == BIG5 { BIG5 } else { GB18030 };
    let (text, broken) = encoding.decode_without_bom_handling(&bytes);
    if broken {
        Err(format!("neither UTF-8 (byte {valid} is wrong) nor {}", encoding.name()))
    } else {
        Ok(text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_encoding() {
        let text = "深圳对口帮扶河源，投入资金3.5亿元，建成项目25个。";
        let gb = GB18030.encode(text).0.into_owned();
        assert_eq!(decode(gb).unwrap(), text);
        assert_eq!(decode(text.as_bytes().to_vec()).unwrap(), text);
        assert_eq!(decode([b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap(), text);
        let traditional = "東莞對口幫扶韶關，投入資金億元，產業園區建設項目";
        assert_eq!(decode(BIG5.encode(traditional).0.into_owned()).unwrap(), traditional);
        assert!(decode(vec![b'a', 0xff, 0xff, 0xfe, b'b', 0x80]).is_err());
    }
}
