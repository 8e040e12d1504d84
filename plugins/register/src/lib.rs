//! A bundled govkit plugin.
