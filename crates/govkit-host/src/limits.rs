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

    /// Changes one limit as `--plugin-limit` says: `fuel=4x`, `memory=1GiB`, `host=256MiB`,
    /// `transfer=64MiB`, `findings=50000`, `files=20000`, `file=64MiB`, `output=1GiB`,
    /// `component=64MiB`. The error is one sentence.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let usage = || {
            format!(
                "`{text}` is no limit; write `fuel=4x`, or one of memory, host, transfer, file, output, component \
                 with a size (`memory=1GiB`), or findings or files with a count"
            )
        };
        let (name, value) = text.split_once('=').ok_or_else(usage)?;
        let too_much = || format!("`{text}` is out of range");
        match name {
            "fuel" => {
                let times = value
                    .strip_suffix('x')
                    .and_then(|times| times.parse::<u64>().ok());
                let times = times.filter(|times| *times > 0).ok_or_else(usage)?;
                let scaled = |one: u64| one.checked_mul(times).ok_or_else(too_much);
                (self.fuel, self.fuel_per_byte) = (scaled(self.fuel)?, scaled(self.fuel_per_byte)?);
            }
            "findings" => self.findings = value.parse().map_err(|_| usage())?,
            "files" => self.output.files = value.parse().map_err(|_| usage())?,
            _ => {
                let bytes = size(value).ok_or_else(usage)?;
                let place = match name {
                    // What one 32-bit memory can have is the end of it.
                    "memory" if bytes > 4 << 30 => return Err(too_much()),
                    "memory" => &mut self.memory_bytes,
                    "transfer" => &mut self.transfer_bytes,
                    "file" => &mut self.output.file_bytes,
                    "output" => &mut self.output.total_bytes,
                    "component" => &mut self.component_bytes,
                    "host" => {
                        self.host_bytes = bytes as u64;
                        return Ok(());
                    }
                    _ => return Err(usage()),
                };
                *place = bytes;
            }
        }
        Ok(())
    }

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

/// Reads `1GiB`, `256MiB`, `64KiB` or a number of bytes.
fn size(text: &str) -> Option<usize> {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let (digits, shift) = units
        .into_iter()
        .find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift)))
        .unwrap_or((text, 0));
    digits.trim().parse::<usize>().ok()?.checked_mul(1 << shift)
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
    fn a_limit_is_raised_by_name() {
        let mut limits = PluginLimits::DEFAULT;
        for text in [
            "fuel=3x",
            "memory=1GiB",
            "host=2MiB",
            "findings=5",
            "output=1024",
        ] {
            limits.set(text).unwrap();
        }
        assert_eq!(limits.fuel, 6_000_000_000);
        assert_eq!(limits.fuel_per_byte, 6_000);
        assert_eq!(limits.memory_bytes, 1 << 30);
        assert_eq!((limits.host_bytes, limits.findings), (2 << 20, 5));
        assert_eq!(limits.output.total_bytes, 1024);
        for wrong in [
            "fuel",
            "fuel=2",
            "fuel=0x",
            "colour=3",
            "memory=many",
            "memory=5GiB",
        ] {
            assert!(limits.set(wrong).is_err(), "{wrong}");
        }
        assert!(limits.set("fuel=99999999999999999999x").is_err());
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("abcdef".to_owned(), 6), "abcdef");
        assert_eq!(cut("abcdefg".to_owned(), 6), "abc…");
        assert_eq!(cut("äöüäöü".to_owned(), 6), "ä…");
    }
}
