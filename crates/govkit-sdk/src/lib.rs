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
pub mod assets;
#[doc(hidden)]
pub mod bindings;
pub mod change;
pub mod corpus;
#[doc(hidden)]
pub mod export;
pub mod history;
mod imported;
pub mod log;
mod output;
mod report;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use bindings::describe::govkit::plugin::types::{
    About, Edit, Finding, Fix, Link, Location, Meta as Artifact, Needs, Rule, Severity, Span,
};
pub use bindings::importer::exports::govkit::plugin::importer::Imported;
pub use change::Changes;
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

/// A plugin that checks what changed. Make it one with [`change_validator!`].
pub trait ChangeValidator: Sized + 'static {
    /// Says what the plugin is and needs. The same every time.
    fn about() -> About;

    /// Takes the configuration, as [`Validator::configure`] does.
    fn configure(json: &str) -> Result<Self, String>;

    /// Looks at a change. Say which artifact a finding is about with [`Report::about`]: one of
    /// `changes.after`, or one of `changes.before` that is gone.
    fn check_change(&self, changes: Changes<'_>, report: &mut Report);
}

/// A plugin that writes files about what changed. Make it one with [`change_exporter!`].
pub trait ChangeExporter: Sized + 'static {
    /// Says what the plugin is and needs. The same every time.
    fn about() -> About;

    /// Takes the configuration, as [`Validator::configure`] does.
    fn configure(json: &str) -> Result<Self, String>;

    /// Writes the change. The error is one sentence; nothing is written then.
    fn run(&self, changes: Changes<'_>, output: &mut Output) -> Result<(), String>;
}

/// A plugin that makes artifacts of foreign files. Make it one with [`importer!`].
pub trait Importer: Sized + 'static {
    /// Says what the plugin is. The same every time.
    fn about() -> About;

    /// Takes the configuration, as [`Validator::configure`] does.
    fn configure(json: &str) -> Result<Self, String>;

    /// Reads one file; `name` has no directories. The error says what is wrong with the file.
    fn read(&self, name: &str, bytes: &[u8]) -> Result<Vec<Imported>, String>;
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

/// Makes a function that looks at one artifact the plugin of this crate: a validator of one rule,
/// without a configuration, named after the package.
///
/// ```
/// use govkit_sdk::{Artifact, Report};
///
/// govkit_sdk::rule!(warning "todo", "No TODO is left", no_todo);
///
/// fn no_todo(_artifact: &Artifact, body: &str, report: &mut Report) {
///     for (at, word) in body.match_indices("TODO") {
///         report.at("todo", at..at + word.len(), "this is not finished");
///     }
/// }
/// ```
#[macro_export]
macro_rules! rule {
    ($severity:ident $id:literal, $summary:literal, $check:path) => {
        #[doc(hidden)]
        struct GovkitRule;

        impl $crate::Validator for GovkitRule {
            fn about() -> $crate::About {
                $crate::About::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
                    .description(env!("CARGO_PKG_DESCRIPTION"))
                    .needs($crate::Needs::BODY)
                    .config_schema(r#"{"type":"object","additionalProperties":false}"#)
                    .rule($crate::Rule::$severity($id, $summary))
            }

            fn configure(_json: &str) -> Result<Self, String> {
                Ok(Self)
            }

            fn check_artifact(
                &self,
                artifact: &$crate::Artifact,
                body: &str,
                report: &mut $crate::Report,
            ) {
                let check: fn(&$crate::Artifact, &str, &mut $crate::Report) = $check;
                check(artifact, body, report)
            }
        }

        $crate::validator!(GovkitRule);
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

/// Makes a type that is a [`ChangeValidator`] the plugin of this crate.
#[macro_export]
macro_rules! change_validator {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::export::ChangeValidatorExport<$plugin>;
            $crate::bindings::describe::export_describe!(
                Component with_types_in $crate::bindings::describe
            );
            $crate::bindings::change_validator::export_change_validator!(
                Component with_types_in $crate::bindings::change_validator
            );
        };
        // Natively nothing is exported; the type counts as used all the same.
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn(&str) -> Result<$plugin, String> =
            <$plugin as $crate::ChangeValidator>::configure;
    };
}

/// Makes a type that is a [`ChangeExporter`] the plugin of this crate.
#[macro_export]
macro_rules! change_exporter {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::export::ChangeExporterExport<$plugin>;
            $crate::bindings::describe::export_describe!(
                Component with_types_in $crate::bindings::describe
            );
            $crate::bindings::change_exporter::export_change_exporter!(
                Component with_types_in $crate::bindings::change_exporter
            );
        };
        // Natively nothing is exported; the type counts as used all the same.
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn(&str) -> Result<$plugin, String> =
            <$plugin as $crate::ChangeExporter>::configure;
    };
}

/// Makes a type that is an [`Importer`] the plugin of this crate.
#[macro_export]
macro_rules! importer {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::export::ImporterExport<$plugin>;
            $crate::bindings::describe::export_describe!(
                Component with_types_in $crate::bindings::describe
            );
            $crate::bindings::importer::export_importer!(
                Component with_types_in $crate::bindings::importer
            );
        };
        // Natively nothing is exported; the type counts as used all the same.
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn(&str) -> Result<$plugin, String> = <$plugin as $crate::Importer>::configure;
    };
}
