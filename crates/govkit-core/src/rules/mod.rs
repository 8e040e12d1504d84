//! The rules govkit knows by itself, one file each.

use crate::rule::Rule;

/// Every built-in rule, in the order `govkit rules` lists them: structure first, then links,
/// text, people and time.
pub const RULES: &[&dyn Rule] = &[];
