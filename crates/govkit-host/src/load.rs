//! From bytes to a plugin: what is refused, and in which words.

use govkit_core::lock::Grant;
use govkit_core::untrusted::Untrusted;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::abi::{self, Abi};
use crate::limits::{PluginLimits, cut};
use crate::scan::{self, FileKind, TooComplex};

const PACKAGE: &str = "govkit:plugin/";

/// Why a file is no plugin of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Bigger than a component may be.
    #[error("plugin `{name}`: the file has {bytes} bytes, more than the {limit} a plugin may have")]
    TooBig {
        /// The plugin.
        name: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not WebAssembly at all.
    #[error(
        "plugin `{name}`: this is not a WebAssembly file; give the `.wasm` file its build writes"
    )]
    NotWasm {
        /// The plugin.
        name: String,
    },
    /// WebAssembly without the component model.
    #[error(
        "plugin `{name}`: this is a core module, not a component; build it with `linker = \"wasm-component-ld\"` in `.cargo/config.toml`, or run `wasm-tools component new` on it"
    )]
    CoreModule {
        /// The plugin.
        name: String,
    },
    /// It would take too long to compile.
    #[error("plugin `{name}`: {reason}; a smaller build (`opt-level`, `lto`, `strip`) may help")]
    TooComplex {
        /// The plugin.
        name: String,
        /// What there is too much of.
        reason: TooComplex,
    },
    /// Damaged, or of a kind the run-time does not know.
    #[error(
        "plugin `{name}`: this is not a valid component ({}); build or fetch it again",
        Untrusted::line(reason)
    )]
    Invalid {
        /// The plugin.
        name: String,
        /// What the run-time says.
        reason: String,
    },
    /// A component for something else.
    #[error(
        "plugin `{name}`: this component does not export `govkit:plugin/describe`, so it is no plugin of govkit; build it with govkit-sdk or from `wit/v0`"
    )]
    NotAPlugin {
        /// The plugin.
        name: String,
    },
    /// Built for a version of the contract this host does not speak.
    #[error(
        "plugin `{name}`: built for govkit:plugin {found}; this govkit speaks {}; rebuild it with govkit-sdk {}",
        abi::SPOKEN,
        abi::SPOKEN
    )]
    Version {
        /// The plugin.
        name: String,
        /// The version it was built for.
        found: String,
    },
    /// It wants something of the host that plugins do not get.
    #[error(
        "plugin `{name}`: it wants `{import}`, which govkit gives to no plugin; build it without"
    )]
    Import {
        /// The plugin.
        name: String,
        /// The import.
        import: String,
    },
    /// It wants WASI, which has to be granted.
    #[error(
        "plugin `{name}`: it wants `{import}`, which only a grant answers; write `allow = [\"wasi\"]` into its pin \
         (`govkit plugin add --allow wasi`) and it gets one that does nothing, or build it without: in Rust for \
         `wasm32-unknown-unknown` instead of a `wasip` target, elsewhere with the option that leaves WASI out"
    )]
    Wasi {
        /// The plugin.
        name: String,
        /// The import.
        import: String,
    },
    /// Compiling it took more than a compiler may take.
    #[error(
        "plugin `{name}`: compiling it {reason}; a plugin like this is broken or hostile, do not use it"
    )]
    Compile {
        /// The plugin.
        name: String,
        /// What happened.
        reason: String,
    },
    /// It can do nothing.
    #[error(
        "plugin `{name}`: it exports no ability (`govkit:plugin/validator`, `exporter`, `change-validator`, `change-exporter` or `importer`), so it can do nothing"
    )]
    Idle {
        /// The plugin.
        name: String,
    },
    /// Its interfaces have another shape than the contract.
    #[error(
        "plugin `{name}`: it does not keep to govkit:plugin {} ({}); rebuild it with govkit-sdk {}",
        abi::SPOKEN,
        Untrusted::line(reason),
        abi::SPOKEN
    )]
    Shape {
        /// The plugin.
        name: String,
        /// What the run-time says.
        reason: String,
    },
    /// It did not survive being asked what it is.
    #[error(
        "plugin `{name}`: it {} when asked what it is; {help}",
        Untrusted::line(message)
    )]
    Failed {
        /// The plugin.
        name: String,
        /// What happened.
        message: String,
        /// The way out.
        help: &'static str,
    },
    /// What it says of itself makes no sense.
    #[error(
        "plugin `{name}`: {}; report it to the plugin's author",
        Untrusted::line(reason)
    )]
    Description {
        /// The plugin.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// Returns the name of one of our interfaces: `log` of `govkit:plugin/log@0.1.0`.
pub(crate) fn interface(import: &str) -> Option<&str> {
    import.strip_prefix(PACKAGE)?.split('@').next()
}

/// Whether an import is one of WASI 0.2, which a grant can answer with an inert one.
pub(crate) fn is_wasi(import: &str) -> bool {
    import.starts_with("wasi:")
        && import
            .split_once('@')
            .is_some_and(|(_, version)| version == "0.2" || version.starts_with("0.2."))
}

/// Refuses what must not reach the compiler.
pub(crate) fn check_bytes(
    name: &str,
    bytes: &[u8],
    limits: &PluginLimits,
) -> Result<(), LoadError> {
    let name = name.to_owned();
    if bytes.len() > limits.component_bytes {
        return Err(LoadError::TooBig {
            name,
            bytes: bytes.len(),
            limit: limits.component_bytes,
        });
    }
    match FileKind::of(bytes) {
        FileKind::Component => {}
        FileKind::CoreModule => return Err(LoadError::CoreModule { name }),
        FileKind::Other => return Err(LoadError::NotWasm { name }),
    }
    scan::check(bytes, limits).map_err(|reason| LoadError::TooComplex { name, reason })
}

/// Compiles a component.
pub(crate) fn compile(engine: &Engine, name: &str, bytes: &[u8]) -> Result<Component, LoadError> {
    Component::from_binary(engine, bytes).map_err(|error| LoadError::Invalid {
        name: name.to_owned(),
        reason: reason(&error),
    })
}

/// Returns the deepest cause on one line: the frames and contexts above it are about the
/// run-time, not about the plugin.
pub(crate) fn reason(error: &wasmtime::Error) -> String {
    let cause = error.root_cause().to_string();
    cut(cause.split_whitespace().collect::<Vec<_>>().join(" "), 200)
}

/// The names a component imports and exports, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interfaces {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

impl Interfaces {
    pub(crate) fn of(component: &Component) -> Self {
        let kind = component.component_type();
        let engine = component.engine();
        let mut imports: Vec<String> = kind.imports(engine).map(|(n, _)| n.to_owned()).collect();
        let mut exports: Vec<String> = kind.exports(engine).map(|(n, _)| n.to_owned()).collect();
        imports.sort();
        exports.sort();
        Self { imports, exports }
    }

    /// Finds the version of the contract, and refuses anything the host does not offer.
    pub(crate) fn abi(
        &self,
        name: &str,
        offered: &[&str],
        grants: &[Grant],
    ) -> Result<Abi, LoadError> {
        let described = self.exports.iter().find_map(|export| {
            let (interface, version) = export.strip_prefix(PACKAGE)?.split_once('@')?;
            (interface == "describe").then_some(version)
        });
        let name = name.to_owned();
        let Some(version) = described else {
            return Err(LoadError::NotAPlugin { name });
        };
        let Some(abi) = Abi::of_version(version) else {
            let found = cut(version.to_owned(), 40);
            return Err(LoadError::Version { name, found });
        };
        let wasi = self.imports.iter().find(|import| is_wasi(import));
        if let Some(import) = wasi
            && !grants.contains(&Grant::Wasi)
        {
            let import = cut(import.clone(), 200);
            return Err(LoadError::Wasi { name, import });
        }
        match self.imports.iter().find(|import| {
            !is_wasi(import)
                && !offered.iter().any(|interface| {
                    let version = import
                        .strip_prefix(PACKAGE)
                        .and_then(|rest| rest.strip_prefix(interface)?.strip_prefix('@'));
                    version.and_then(Abi::of_version) == Some(abi)
                })
        }) {
            None => Ok(abi),
            Some(import) => Err(LoadError::Import {
                name,
                import: cut(import.clone(), 200),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interfaces(imports: &[&str], exports: &[&str]) -> Interfaces {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Interfaces {
            imports: owned(imports),
            exports: owned(exports),
        }
    }

    fn message(imports: &[&str], exports: &[&str]) -> String {
        let error = interfaces(imports, exports).abi("p", &["types", "log"], &[]);
        error.unwrap_err().to_string()
    }

    #[test]
    fn the_version_is_the_one_of_describe() {
        let exports = ["govkit:plugin/describe@0.1.7"];
        let imports = ["govkit:plugin/log@0.1.0"];
        let found = interfaces(&imports, &exports).abi("p", &["types", "log"], &[]);
        assert_eq!(found, Ok(Abi::V0));
    }

    #[test]
    fn another_version_is_named_with_the_way_out() {
        assert_eq!(
            message(&[], &["govkit:plugin/describe@0.2.0"]),
            "plugin `p`: built for govkit:plugin 0.2.0; this govkit speaks 0.1; rebuild it with govkit-sdk 0.1"
        );
    }

    #[test]
    fn an_import_of_anything_else_is_named() {
        let exports = ["govkit:plugin/describe@0.1.0"];
        let wasi = ["wasi:cli/environment@0.2.0"];
        assert!(message(&wasi, &exports).starts_with(
            "plugin `p`: it wants `wasi:cli/environment@0.2.0`, which only a grant answers"
        ));
        let granted = interfaces(&wasi, &exports).abi("p", &["types"], &[Grant::Wasi]);
        assert_eq!(granted, Ok(Abi::V0));
        assert!(message(&["wasi:http/handler@0.3.0"], &exports).contains("gives to no plugin"));
        assert!(message(&["govkit:plugin/network@0.1.0"], &exports).contains("build it without"));
        assert!(message(&["govkit:plugin/log@0.2.0"], &exports).contains("log@0.2.0"));
    }

    #[test]
    fn a_component_for_something_else_is_no_plugin() {
        assert!(message(&[], &["wasi:http/handler@0.2.0"]).contains("is no plugin of govkit"));
        assert!(message(&[], &["describe"]).contains("is no plugin of govkit"));
    }
}
