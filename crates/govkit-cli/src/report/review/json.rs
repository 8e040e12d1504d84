//! The whole review for programs.

use std::io::{self, Write};

use govkit_core::review::Review;

use crate::report::envelope;

/// Writes the review in its envelope.
pub(crate) fn json(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    envelope::json("review", review, out)
}
