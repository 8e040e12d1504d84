//! What the author of a govkit plugin depends on.
