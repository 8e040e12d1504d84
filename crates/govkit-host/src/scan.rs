//! A look at a component before it is compiled.
//!
//! Compiling is the one thing fuel and memory limits do not cover, so what makes it slow is
//! bounded first: how many functions there are, how big each is, how many modules. The look
//! reads section headers and skips the rest; whether the bytes are valid is the compiler's
//! business, so anything it cannot follow is left to the compiler to name.

use crate::limits::PluginLimits;

const MODULE: [u8; 8] = [0, b'a', b's', b'm', 1, 0, 0, 0];
const COMPONENT_LAYER: [u8; 2] = [1, 0];

/// What the first bytes of a file say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Component,
    CoreModule,
    Other,
}

impl FileKind {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes.get(..8) {
            Some(head) if head == MODULE => Self::CoreModule,
            Some(head) if head[..4] == MODULE[..4] && head[6..] == COMPONENT_LAYER => {
                Self::Component
            }
            _ => Self::Other,
        }
    }
}

/// Why a component would take too long to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooComplex {
    /// More functions than allowed.
    #[error("it has more than {0} functions")]
    Functions(usize),
    /// A function of more bytes than allowed.
    #[error("one of its functions has more than {0} bytes of code")]
    Function(usize),
    /// More modules inside it than allowed.
    #[error("it has more than {0} modules inside")]
    Modules(usize),
}

/// Checks the size of what `bytes`, a component, would make the compiler do.
pub(crate) fn check(bytes: &[u8], limits: &PluginLimits) -> Result<(), TooComplex> {
    let mut scan = Scan {
        limits,
        functions: 0,
        modules: 0,
    };
    // Nested components are looked at from a list, not by recursion: depth is the attacker's choice.
    let mut pending = vec![bytes];
    while let Some(bytes) = pending.pop() {
        scan.component(bytes, &mut pending)?;
    }
    Ok(())
}

struct Scan<'a> {
    limits: &'a PluginLimits,
    functions: usize,
    modules: usize,
}

impl Scan<'_> {
    fn component<'b>(
        &mut self,
        bytes: &'b [u8],
        pending: &mut Vec<&'b [u8]>,
    ) -> Result<(), TooComplex> {
        const CORE_MODULE_SECTION: u8 = 1;
        const COMPONENT_SECTION: u8 = 4;
        for (id, content) in Sections::after_header(bytes) {
            if id != CORE_MODULE_SECTION && id != COMPONENT_SECTION {
                continue;
            }
            self.modules += 1;
            if self.modules > self.limits.modules {
                return Err(TooComplex::Modules(self.limits.modules));
            }
            match id {
                CORE_MODULE_SECTION => self.module(content)?,
                _ => pending.push(content),
            }
        }
        Ok(())
    }

    fn module(&mut self, bytes: &[u8]) -> Result<(), TooComplex> {
        const CODE_SECTION: u8 = 10;
        for (id, content) in Sections::after_header(bytes) {
            if id == CODE_SECTION {
                self.code(content)?;
            }
        }
        Ok(())
    }

    fn code(&mut self, mut bytes: &[u8]) -> Result<(), TooComplex> {
        let Some(count) = number(&mut bytes) else {
            return Ok(());
        };
        self.functions = self.functions.saturating_add(count as usize);
        if self.functions > self.limits.functions {
            return Err(TooComplex::Functions(self.limits.functions));
        }
        for _ in 0..count {
            let Some(size) = number(&mut bytes) else {
                break;
            };
            if size as usize > self.limits.function_bytes {
                return Err(TooComplex::Function(self.limits.function_bytes));
            }
            let Some(rest) = bytes.get(size as usize..) else {
                break;
            };
            bytes = rest;
        }
        Ok(())
    }
}

/// The sections of a module or component; ends where the bytes stop making sense.
struct Sections<'a>(&'a [u8]);

impl<'a> Sections<'a> {
    fn after_header(bytes: &'a [u8]) -> Self {
        Self(bytes.get(8..).unwrap_or(&[]))
    }
}

impl<'a> Iterator for Sections<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (id, mut rest) = self.0.split_first()?;
        let size = number(&mut rest)? as usize;
        let content = rest.get(..size)?;
        self.0 = &rest[size..];
        Some((*id, content))
    }
}

/// Reads an unsigned LEB128 number of at most 32 bits.
fn number(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0u64;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: PluginLimits = PluginLimits {
        functions: 3,
        function_bytes: 20,
        modules: 2,
        ..PluginLimits::DEFAULT
    };

    fn component(text: &str) -> Vec<u8> {
        wat::parse_str(format!("(component {text})")).unwrap()
    }

    #[test]
    fn the_first_bytes_tell_a_component_from_a_module() {
        assert_eq!(FileKind::of(&component("")), FileKind::Component);
        let module = wat::parse_str("(module)").unwrap();
        assert_eq!(FileKind::of(&module), FileKind::CoreModule);
        assert_eq!(FileKind::of(b"\0asm"), FileKind::Other);
        assert_eq!(FileKind::of(b"#!/bin/sh\n"), FileKind::Other);
    }

    #[test]
    fn functions_are_counted_over_all_modules() {
        let two = "(core module (func) (func))";
        assert_eq!(check(&component(two), &SMALL), Ok(()));
        let four = component(&two.repeat(2));
        assert_eq!(check(&four, &SMALL), Err(TooComplex::Functions(3)));
        let nested = component(&format!("{two} (component {two})"));
        assert!(check(&nested, &SMALL).is_err());
    }

    #[test]
    fn a_big_function_is_found() {
        let body = "i32.const 1 drop ".repeat(10);
        let big = component(&format!("(core module (func {body}))"));
        assert_eq!(check(&big, &SMALL), Err(TooComplex::Function(20)));
    }

    #[test]
    fn many_modules_are_found_however_deep() {
        let three = component("(component (component (component)))");
        assert_eq!(check(&three, &SMALL), Err(TooComplex::Modules(2)));
    }

    #[test]
    fn bytes_cut_anywhere_do_no_harm() {
        let whole = component("(core module (func) (func i32.const 1 drop)) (component)");
        for end in 0..whole.len() {
            let _ = check(&whole[..end], &SMALL);
        }
    }
}
