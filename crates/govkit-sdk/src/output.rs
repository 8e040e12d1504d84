//! Where an exporter's files go.

/// Takes an exporter's files.
#[derive(Debug)]
#[non_exhaustive]
pub struct Output {
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) files: std::collections::BTreeMap<String, Vec<u8>>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(not(target_arch = "wasm32"))]
            files: std::collections::BTreeMap::new(),
        }
    }

    /// Adds a file. The path is relative, with `/` between its parts; the error says in one
    /// sentence why the host refused it.
    #[cfg(target_arch = "wasm32")]
    pub fn emit(&mut self, path: &str, bytes: impl AsRef<[u8]>) -> Result<(), String> {
        crate::bindings::describe::govkit::plugin::output::emit(path, bytes.as_ref())
    }

    /// Adds a file. The path is relative, with `/` between its parts; the error says in one
    /// sentence why the host refused it.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn emit(&mut self, path: &str, bytes: impl AsRef<[u8]>) -> Result<(), String> {
        let added = self.files.insert(path.to_owned(), bytes.as_ref().to_vec());
        match added {
            Some(_) => Err(format!("`{path}` was written already")),
            None => Ok(()),
        }
    }
}
