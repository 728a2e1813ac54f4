//! Files as workers upload them: small, real, and each unlike any other.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Pictures of one person are unlike those of another.
const PICTURES_EACH: u64 = 16;

/// The seed of one of a person's pictures, of which there are 16.
pub fn seed(number: u32, picture: u64) -> u64 {
    PICTURES_EACH * u64::from(number) + picture
}

/// A small JPEG, coloured by `seed`, as a phone's camera would send it.
///
/// # Panics
/// Never: encoding to memory does not fail.
pub fn jpeg(seed: u64) -> Vec<u8> {
    encode(seed, ImageFormat::Jpeg)
}

/// A small PNG, coloured by `seed`, as a screenshot would be.
///
/// # Panics
/// Never: encoding to memory does not fail.
pub fn png(seed: u64) -> Vec<u8> {
    encode(seed, ImageFormat::Png)
}

fn encode(seed: u64, format: ImageFormat) -> Vec<u8> {
    let [red, green, blue, ..] = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
    let picture = RgbImage::from_fn(64, 40, |x, y| {
        let shade = |base: u8, by: u32| base.wrapping_add(by.to_le_bytes()[0]);
        Rgb([shade(red, x), shade(green, y), shade(blue, x * y)])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
