//! What a file really is, whatever its name says, and the QR code on it.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, ImageReader, Limits, imageops};
use refusal::{Reason, Refusal};

use super::material::MediaType;

/// A picture is no larger than this on a side.
const MOST_PIXELS: u32 = 12_000;

/// Decoding a picture takes no more memory than this.
const MOST_MEMORY: u64 = 192 * 1024 * 1024;

/// A picture is looked at for its code in at most this size: a larger one is made smaller first.
const SIDE_READ: u32 = 2_400;

/// A code whose edges fall badly between pixels at one size is read at another: these are tried, in quarters. A coarse
/// photo reads best at twice its size.
const LOOKS: [u32; 4] = [8, 6, 5, 3];

/// What the file is. A picture is decoded whole: one that is damaged or only pretends is refused.
pub fn inspect(bytes: &[u8]) -> Result<MediaType, Refusal> {
    let media_type = match infer::get(bytes).map(|kind| kind.mime_type()) {
        Some("image/jpeg") if is_whole_jpeg(bytes) => MediaType::Jpeg,
        Some("image/png") => MediaType::Png,
        Some("application/pdf") if is_whole_pdf(bytes) => return Ok(MediaType::Pdf),
        _ => return Err(Reason::FileNotPicture.into()),
    };
    decode(bytes, media_type).map(|_| media_type).ok_or_else(|| Reason::FileNotPicture.into())
}

/// What a QR code in a picture says. A PDF is left to the reviewer's eyes.
pub fn read_code(bytes: &[u8], media_type: MediaType) -> Option<String> {
    let mut picture = decode(bytes, media_type)?;
    if picture.width().max(picture.height()) > SIDE_READ {
        picture = picture.thumbnail(SIDE_READ, SIDE_READ);
    }
    let grey = picture.into_luma8();
    code_in(&grey).or_else(|| LOOKS.iter().find_map(|size| code_in(&resized(&grey, *size))))
}

/// A picture at so many quarters of its size.
fn resized(grey: &GrayImage, quarters: u32) -> GrayImage {
    let side = |pixels: u32| (pixels * quarters / 4).max(1);
    imageops::resize(grey, side(grey.width()), side(grey.height()), imageops::FilterType::CatmullRom)
}

fn code_in(grey: &GrayImage) -> Option<String> {
    let (width, height) = (usize::try_from(grey.width()).ok()?, usize::try_from(grey.height()).ok()?);
    let shade = |x: usize, y: usize| grey.as_raw()[y * width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, shade);
    prepared.detect_grids().into_iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

fn decode(bytes: &[u8], media_type: MediaType) -> Option<image::DynamicImage> {
    let format = match media_type {
        MediaType::Jpeg => ImageFormat::Jpeg,
        MediaType::Png => ImageFormat::Png,
        MediaType::Pdf => return None,
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.decode().ok()
}

/// The picture in a JPEG ends with its marker; what broke off on the way the decoder would fill up with grey. The headers
/// are passed over, for the preview inside them has an end of its own.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    const PADDING: u8 = 0xff;
    const SCAN: u8 = 0xda;
    const END: [u8; 2] = [0xff, 0xd9];
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        at += match marker {
            SCAN => return bytes[at..].windows(2).any(|pair| pair == END),
            PADDING => 1,
            _ => 2 + usize::from(u16::from_be_bytes([high, low])),
        };
    }
    false
}

/// A PDF ends with its marker; one that broke off on the way does not.
fn is_whole_pdf(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(1024)..];
    tail.windows(5).any(|window| window == b"%%EOF")
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage};
    use rstest::rstest;

    use super::*;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(RgbImage::new(40, 30)).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// what the bytes are decides.
    #[rstest]
    #[case(picture(ImageFormat::Jpeg), MediaType::Jpeg)]
    #[case(picture(ImageFormat::Png), MediaType::Png)]
    #[case(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n".to_vec(), MediaType::Pdf)]
    fn a_file_is_what_its_bytes_are(#[case] bytes: Vec<u8>, #[case] media_type: MediaType) {
        assert_eq!(inspect(&bytes), Ok(media_type));
    }

    /// a program named .jpg, a broken picture and a broken PDF are refused.
    #[rstest]
    #[case(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec())]
    #[case(picture(ImageFormat::Png)[..60].to_vec())]
    #[case(picture(ImageFormat::Jpeg)[..100].to_vec())]
    #[case(picture(ImageFormat::Jpeg)[..600].to_vec())]
    #[case(picture(ImageFormat::Jpeg).strip_suffix(b"\xff\xd9").unwrap().to_vec())]
    #[case(b"%PDF-1.7\n1 0 obj".to_vec())]
    #[case(Vec::new())]
    fn what_only_pretends_is_refused(#[case] bytes: Vec<u8>) {
        assert_eq!(inspect(&bytes).unwrap_err().reason(), Reason::FileNotPicture);
    }
}
