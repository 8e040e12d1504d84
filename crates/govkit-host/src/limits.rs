//! How much a plugin may use of anything.

use govkit_core::export::OutputLimits;

/// Bounds on one plugin. Past one of them a call fails with the limit's name; the host lives on.
///
/// All of them are counts, none is a clock: the same plugin on the same corpus meets the same
/// limit on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PluginLimits {
    /// Bytes of a component.
    pub component_bytes: usize,
    /// Functions a component may define, all modules in it together.
    pub functions: usize,
    /// Bytes of one function's code: compiling it takes time that grows faster than its size.
    pub function_bytes: usize,
    /// Modules and components inside a component.
    pub modules: usize,
    /// Bytes of memory of one instance, all its memories together.
    pub memory_bytes: usize,
    /// Elements of one table.
    pub table_elements: usize,
    /// Core instances, tables and memories of one instance, each.
    pub instances: usize,
    /// Instructions of one call, whatever its input.
    pub fuel: u64,
    /// Instructions more for each byte handed to the call.
    pub fuel_per_byte: u64,
    /// Bytes a plugin may hand over in one argument or result.
    pub transfer_bytes: usize,
    /// Bytes a plugin may make the host copy or read in one call, whatever its input.
    pub host_bytes: u64,
    /// Bytes more of that for each byte handed to the call.
    pub host_bytes_per_byte: u64,
    /// Findings for one artifact.
    pub findings_per_artifact: usize,
    /// Findings of one plugin in one run.
    pub findings: usize,
    /// Bytes of one message.
    pub message_bytes: usize,
    /// Bytes of log kept of one call.
    pub log_bytes: usize,
    /// Artifacts a plugin may fail on before the rest is not tried.
    pub failures: usize,
    /// What an exporter may write.
    pub output: OutputLimits,
}

impl PluginLimits {
    /// The limits in force unless somebody says otherwise.
    pub const DEFAULT: Self = Self {
        component_bytes: 32 << 20,
        functions: 60_000,
        function_bytes: 1 << 20,
        modules: 64,
        memory_bytes: 256 << 20,
        table_elements: 100_000,
        instances: 64,
        fuel: 2_000_000_000,
        fuel_per_byte: 2_000,
        transfer_bytes: 32 << 20,
        host_bytes: 64 << 20,
        host_bytes_per_byte: 64,
        findings_per_artifact: 1_000,
        findings: 10_000,
        message_bytes: 4 << 10,
        log_bytes: 64 << 10,
        failures: 10,
        output: OutputLimits::DEFAULT,
    };

    /// Returns the fuel of a call that is handed `bytes` of input.
    pub(crate) fn fuel_for(&self, bytes: usize) -> u64 {
        self.fuel
            .saturating_add(self.fuel_per_byte.saturating_mul(bytes as u64))
    }

    /// Returns how many bytes a call that is handed `bytes` may make the host move.
    pub(crate) fn host_bytes_for(&self, bytes: usize) -> u64 {
        let more = self.host_bytes_per_byte.saturating_mul(bytes as u64);
        self.host_bytes.saturating_add(more)
    }
}

impl Default for PluginLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Bytes of wasm stack. Well below the 2 MiB a Rust thread has, so that host functions and
/// the run-time itself fit beside it.
pub(crate) const STACK_BYTES: usize = 512 << 10;

/// Cuts `text` to at most `bytes`, at the border of a character, and says so with `…`.
pub(crate) fn cut(mut text: String, bytes: usize) -> String {
    if text.len() > bytes {
        let mut end = bytes.saturating_sub('…'.len_utf8());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("abcdef".to_owned(), 6), "abcdef");
        assert_eq!(cut("abcdefg".to_owned(), 6), "abc…");
        assert_eq!(cut("äöüäöü".to_owned(), 6), "ä…");
    }
}
