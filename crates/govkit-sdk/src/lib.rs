//! What the author of a govkit plugin depends on.
//!
//! A plugin is a WebAssembly component that checks artifacts or writes files made of them. It is
//! handed everything it may look at, and sees nothing else: no files, no clock, no network. The
//! contract is the WIT package `govkit:plugin`; this crate is its Rust side. A whole checker:
//!
//! ```
#![doc = include_str!("../examples/checker.rs")]
//! ```
//!
//! (A real one is a library, `crate-type = ["cdylib"]`, and has no `main`.) Build it with
//! `cargo build --release --target wasm32-unknown-unknown`, and in `.cargo/config.toml`:
//!
//! ```toml
//! [target.wasm32-unknown-unknown]
//! linker = "wasm-component-ld"               # comes with the target; writes a component
//! rustflags = ["-Ctarget-feature=+simd128"]  # text scans get much faster
//! ```
//!
//! Two habits make a plugin fast: say what you [need](About::needs), and search bytes with the
//! `memchr` crate. A panic is reported with its message; the artifact counts as not checked.
//!
//! Unit tests run natively, see [`testing`].
//!
//! A plugin built with 0.1.x loads in every govkit that speaks `govkit:plugin` 0.1.

mod about;
mod artifact;
#[doc(hidden)]
pub mod bindings;
pub mod corpus;
#[doc(hidden)]
pub mod export;
pub mod log;
mod output;
mod report;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use bindings::describe::govkit::plugin::types::{
    About, Edit, Finding, Fix, Link, Location, Meta as Artifact, Needs, Rule, Severity, Span,
};
pub use output::Output;
pub use report::{Draft, Report};

pub(crate) use bindings::describe::govkit::plugin::types::Error;

/// A plugin that checks artifacts. Make it one with [`validator!`].
///
/// What is found must depend on the configuration and the arguments alone: an instance may be
/// handed any artifacts in any number.
pub trait Validator: Sized + 'static {
    /// Says what the plugin is, needs and asks for. The same every time.
    fn about() -> About;

    /// Takes the configuration: the plugin's `config` table as a JSON object, `{}` where there
    /// is none. The error is one sentence for the person who wrote it.
    fn configure(json: &str) -> Result<Self, String>;

    /// Looks at one artifact and its body, the file after the front matter. Called where the
    /// plugin needs [`Needs::BODY`].
    fn check_artifact(&self, _artifact: &Artifact, _body: &str, _report: &mut Report) {}

    /// Looks at the corpus as a whole, sorted by path. Called once, where the plugin needs
    /// [`Needs::GRAPH`]. Bodies are fetched with [`corpus::body`].
    fn check_corpus(&self, _artifacts: &[Artifact], _report: &mut Report) {}
}

/// A plugin that writes files. Make it one with [`exporter!`].
pub trait Exporter: Sized + 'static {
    /// Says what the plugin is and needs. The same every time.
    fn about() -> About;

    /// Takes the configuration, as [`Validator::configure`] does.
    fn configure(json: &str) -> Result<Self, String>;

    /// Writes the corpus, sorted by path. The error is one sentence; nothing is written then.
    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String>;
}

/// Makes a type that is a [`Validator`] the plugin of this crate.
#[macro_export]
macro_rules! validator {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::export::ValidatorExport<$plugin>;
            $crate::bindings::describe::export_describe!(
                Component with_types_in $crate::bindings::describe
            );
            $crate::bindings::validator::export_validator!(
                Component with_types_in $crate::bindings::validator
            );
        };
        // Natively nothing is exported; the type counts as used all the same.
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn(&str) -> Result<$plugin, String> = <$plugin as $crate::Validator>::configure;
    };
}

/// Makes a type that is an [`Exporter`] the plugin of this crate.
#[macro_export]
macro_rules! exporter {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::export::ExporterExport<$plugin>;
            $crate::bindings::describe::export_describe!(
                Component with_types_in $crate::bindings::describe
            );
            $crate::bindings::exporter::export_exporter!(
                Component with_types_in $crate::bindings::exporter
            );
        };
        // Natively nothing is exported; the type counts as used all the same.
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn(&str) -> Result<$plugin, String> = <$plugin as $crate::Exporter>::configure;
    };
}
