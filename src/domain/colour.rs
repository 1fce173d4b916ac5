//! Colours, and whether a text can be read on one.

use std::fmt;

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// This is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written like \"#1f5f8b\"")]
pub struct NoColour;

/// The least contrast of a text: WCAG 2.2, 1.4.3 (AA).
const READABLE: f64 = 4.5;

/// How finely a colour is made lighter or darker until it can be read.
const STEPS: u16 = 100;

impl Colour {
    /// White.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };
    /// Black.
    pub const BLACK: Self = Self { red: 0, green: 0, blue: 0 };

    /// Reads `#1f5f8b`, or `#18f` for `#1188ff`.
    pub fn parse(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').ok_or(NoColour)?;
        let repeat = if digits.chars().count() == 3 { 2 } else { 1 };
        let digits = digits.chars().map(|digit| digit.to_digit(16));
        let digits = digits.collect::<Option<Vec<u32>>>().ok_or(NoColour)?;
        let spelled: Vec<u32> =
            digits.iter().flat_map(|digit| std::iter::repeat_n(*digit, repeat)).collect();
        let parts = spelled.chunks(2).map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).map_err(|_| NoColour),
            _ => Err(NoColour),
        });
        match parts.collect::<Result<Vec<_>, _>>()?[..] {
            [red, green, blue] => Ok(Self { red, green, blue }),
            _ => Err(NoColour),
        }
    }

    /// How well one colour is told from the other, from 1 to 21: WCAG 2.2, "contrast ratio".
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Black or white, whichever reads better on it; one of them always does.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// The nearest tone of it in which a text can be read on this paper.
    #[must_use]
    pub fn readable_on(self, paper: Self) -> Self {
        let away = paper.ink();
        let tones = (0..=STEPS).map(|step| self.mixed(away, step));
        tones.into_iter().find(|tone| tone.contrast(paper) >= READABLE).unwrap_or(away)
    }

    /// So many hundredths of the way to another colour.
    fn mixed(self, other: Self, step: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u16::from(from) * (STEPS - step) + u16::from(to) * step;
            u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
        };
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
        }
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).expect(text)
    }

    #[test]
    fn a_colour_is_written_with_three_or_six_digits() {
        assert_eq!(colour("#18F").to_string(), "#1188ff");
        assert_eq!(colour("#1f5f8b").to_string(), "#1f5f8b");
        for wrong in ["1f5f8b", "#1f5f8", "#1f5f8bff", "#ggg", "red", "#", "#é€1"] {
            assert_eq!(Colour::parse(wrong), Err(NoColour), "{wrong}");
        }
    }

    #[test]
    fn contrast_is_what_the_guidelines_say() {
        assert!((Colour::WHITE.contrast(Colour::BLACK) - 21.0).abs() < 1e-9);
        assert!((colour("#777").contrast(Colour::WHITE) - 4.478).abs() < 1e-3);
        assert!((colour("#767676").contrast(Colour::WHITE) - 4.542).abs() < 1e-3);
    }

    #[test]
    #[rustfmt::skip]
    fn a_text_can_be_read_on_any_colour_and_in_a_tone_of_it() {
        //     colour     ink on it  in light    in dark
        check("#1f5f8b", "#ffffff", "#1f5f8b", "#5787a8");
        check("#000000", "#ffffff", "#000000", "#828282");
        check("#ffffff", "#000000", "#727272", "#ffffff");
        check("#ffd400", "#000000", "#897200", "#ffd400");
    }

    fn check(text: &str, ink: &str, light: &str, dark: &str) {
        let (paper, night) = (colour("#fbfaf7"), colour("#191a1c"));
        let given = colour(text);
        let seen = [given.ink(), given.readable_on(paper), given.readable_on(night)];
        assert!(given.contrast(seen[0]) >= READABLE, "{text}");
        assert!(paper.contrast(seen[1]) >= READABLE, "{text}");
        assert!(night.contrast(seen[2]) >= READABLE, "{text}");
        assert_eq!(seen.map(|it| it.to_string()), [ink, light, dark], "{text}");
    }
}
