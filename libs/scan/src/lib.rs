//! What an uploaded file really is, whatever its name says, and the QR code on it.
//!
//! [`inspect`] decodes a picture once and whole, within bounds of pixels and memory; [`Inspected::code`] then looks for
//! its code. Both are work for the processor, up to some seconds for a large picture: call them from a blocking task.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, imageops};
use refusal::{Reason, Refusal};

/// A picture has no more than this: a sheet scanned at 600 dots per inch has 35 million. A camera's picture of more does not
/// fit into the largest file.
const MOST_PIXELS: u64 = 36_000_000;

/// Decoding a picture takes no more memory than this.
const MOST_MEMORY: u64 = 192 * 1024 * 1024;

/// A picture is looked at for its code in at most this size: a larger one is made smaller first.
const SIDE_READ: u32 = 2_400;

/// A code whose edges fall badly between pixels at one size is read at another: these are tried, in eighths. A coarse photo
/// reads best at twice its size.
const LOOKS: [u32; 7] = [8, 16, 12, 10, 7, 6, 5];

/// What a file is, whatever its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// image/jpeg
    Jpeg,
    /// image/png
    Png,
    /// application/pdf
    Pdf,
}

/// A file that is what it says.
#[derive(Debug)]
pub struct Inspected {
    /// What it is.
    pub media_type: MediaType,
    /// Decoded; a PDF is not.
    picture: Option<DynamicImage>,
}

/// What the file is. A picture is decoded whole, and only here: one that is damaged or only pretends is refused.
pub fn inspect(bytes: &[u8]) -> Result<Inspected, Refusal> {
    let (media_type, format) = match infer::get(bytes).map(|kind| kind.mime_type()) {
        Some("image/jpeg") if is_whole_jpeg(bytes) => (MediaType::Jpeg, ImageFormat::Jpeg),
        Some("image/png") => (MediaType::Png, ImageFormat::Png),
        Some("application/pdf") if is_whole_pdf(bytes) => {
            return Ok(Inspected { media_type: MediaType::Pdf, picture: None });
        }
        _ => return Err(Reason::FileNotPicture.into()),
    };
    Ok(Inspected { media_type, picture: Some(decode(bytes, format)?) })
}

impl MediaType {
    /// Its short name, as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

impl Inspected {
    /// What a QR code in the picture says. A PDF is left to the reviewer's eyes.
    pub fn code(self) -> Option<String> {
        let grey = made_readable(self.picture?);
        let mut looks = looks(grey.dimensions());
        looks.find_map(|(width, height)| {
            code_in(&imageops::resize(&grey, width, height, imageops::FilterType::CatmullRom))
        })
    }
}

/// A picture in grey, small enough to be looked at.
fn made_readable(mut picture: DynamicImage) -> GrayImage {
    if picture.width().max(picture.height()) > SIDE_READ {
        picture = picture.thumbnail(SIDE_READ, SIDE_READ);
    }
    picture.into_luma8()
}

/// The sizes in which a picture of this size is looked at, none larger than it may be: whoever sends a picture without a
/// code pays for all of them with our time.
fn looks((width, height): (u32, u32)) -> impl Iterator<Item = (u32, u32)> {
    let side = |pixels: u32, eighths: u32| (pixels * eighths / 8).max(1);
    let sizes = LOOKS.iter().map(move |eighths| (side(width, *eighths), side(height, *eighths)));
    sizes.filter(|(width, height)| *width.max(height) <= SIDE_READ)
}

fn code_in(grey: &GrayImage) -> Option<String> {
    let (width, height) = (usize::try_from(grey.width()).ok()?, usize::try_from(grey.height()).ok()?);
    let shade = |x: usize, y: usize| grey.as_raw()[y * width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, shade);
    prepared.detect_grids().into_iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

/// The header says how many pixels there would be, before any of them takes memory.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, Refusal> {
    let (width, height) = reader(bytes, format).into_dimensions().map_err(|error| refused(&error))?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Reason::PictureTooLarge.into());
    }
    reader(bytes, format).decode().map_err(|error| refused(&error))
}

fn reader(bytes: &[u8], format: ImageFormat) -> ImageReader<Cursor<&[u8]>> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader
}

fn refused(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Reason::PictureTooLarge.into(),
        _ => Reason::FileNotPicture.into(),
    }
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
    use image::RgbImage;
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
        assert_eq!(inspect(&bytes).unwrap().media_type, media_type);
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

    /// the header alone is enough to refuse a picture of too many pixels.
    #[rstest]
    #[case(6_000, 6_001, Reason::PictureTooLarge)]
    #[case(30_000, 1_201, Reason::PictureTooLarge)]
    #[case(6_000, 6_000, Reason::FileNotPicture)]
    fn the_header_tells_how_many_pixels_there_would_be(
        #[case] width: u32,
        #[case] height: u32,
        #[case] reason: Reason,
    ) {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_luma8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        let only_begun = &bytes.into_inner()[..60];

        assert_eq!(inspect(only_begun).unwrap_err().reason(), reason);
    }

    /// however large a blank picture is, all looks at it together are no more than three of the largest.
    #[rstest]
    #[case(4_000, 4_000)]
    #[case(2_400, 2_400)]
    #[case(1_920, 1_920)]
    #[case(1_600, 1_600)]
    #[case(1_200, 1_200)]
    #[case(1, 30_000)]
    fn a_picture_without_a_code_is_looked_at_in_bounded_sizes(#[case] width: u32, #[case] height: u32) {
        let grey = made_readable(DynamicImage::new_luma8(width, height));

        let looks: Vec<_> = looks(grey.dimensions()).collect();

        assert!(looks.contains(&grey.dimensions()), "it is not looked at as it is");
        assert!(looks.iter().all(|(width, height)| *width.max(height) <= SIDE_READ), "{looks:?}");
        let pixels: u64 = looks.iter().map(|(width, height)| u64::from(width * height)).sum();
        assert!(pixels <= 3 * u64::from(SIDE_READ * SIDE_READ), "{pixels} pixels in {looks:?}");
    }
}
