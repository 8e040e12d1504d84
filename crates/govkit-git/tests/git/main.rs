//! Held against git itself, in repositories made for the purpose.

mod corpora;
mod repo;
