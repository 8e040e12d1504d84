//! Builders for repositories and hermetic runs of govkit, for the tests.
