//! A validator that keeps to the interface's types and breaks the rules below them: what it hands
//! over is laid out by hand. The configuration's first string says how.

#![allow(static_mut_refs, unsafe_op_in_unsafe_fn, reason = "hand-made bytes are the point")]

use std::alloc::{Layout, alloc};

// Only for the types the linker puts into the component; nothing of it is called.
wit_bindgen::generate!({ path: "wit", world: "validator-plugin", generate_all });

#[repr(C)]
#[derive(Clone, Copy)]
struct List(usize, usize);

#[repr(C)]
struct Answer { tag: u8, list: List, more: List }

#[repr(C)]
#[derive(Clone, Copy)]
struct Finding {
    rule: List, severity: u8, message: List, artifact: List,
    // An option of a variant of words: each of the two tags has a word of its own.
    located: u32, location: u32, start: u32, end: u32,
    helped: u8, help: List, fixes: List, data: List,
}

#[repr(C)]
struct Rule { id: List, summary: List, severity: u8, page: List }

#[repr(C)]
struct About {
    name: List, version: List, description: List, needs: u8, fields: List,
    schema: u8, schema_text: List, rules: List,
}

static mut ACT: String = String::new();
/// Whether the last artifact was BAD: after any other, the clearing up means well, too.
static mut WAS_BAD: bool = false;

fn text(text: &'static str) -> List { List(text.as_ptr() as usize, text.len()) }
fn keep<T>(value: T) -> *const T { Box::leak(Box::new(value)) }
fn keep_all<T>(values: Vec<T>) -> List { let kept = values.leak(); List(kept.as_ptr() as usize, kept.len()) }
fn act() -> &'static str { unsafe { ACT.as_str() } }

const NONE: List = List(4, 0);

#[unsafe(export_name = "govkit:plugin/describe@0.1.0#describe")]
extern "C" fn describe() -> *const About {
    let rule = Rule { id: text("rule"), summary: text("s"), severity: 1, page: text("p") };
    keep(About {
        name: text("raw"), version: text("1.0.0"), description: text("d"), needs: 2, fields: NONE,
        schema: 0, schema_text: NONE, rules: keep_all(vec![rule]),
    })
}

#[unsafe(export_name = "govkit:plugin/validator@0.1.0#configure")]
unsafe extern "C" fn configure(json: *mut u8, len: usize) -> *const Answer {
    let json = String::from_raw_parts(json, len, len);
    ACT = json.split('"').nth(3).unwrap_or("none").to_owned();
    keep(Answer { tag: 0, list: NONE, more: NONE })
}

#[unsafe(export_name = "govkit:plugin/validator@0.1.0#check-corpus")]
extern "C" fn check_corpus(_: usize, _: usize) -> *const Answer {
    keep(Answer { tag: 0, list: NONE, more: NONE })
}

#[unsafe(export_name = "govkit:plugin/validator@0.1.0#check-artifact")]
unsafe extern "C" fn check_artifact(args: *const [List; 4]) -> *const Answer {
    let id = (*args)[0];
    let mut one = Finding {
        rule: text("rule"), severity: 1, message: text("fine"), artifact: id,
        located: 0, location: 0, start: 0, end: 0, helped: 0, help: NONE, fixes: NONE, data: NONE,
    };
    let bad = std::slice::from_raw_parts(id.0 as *const u8, id.1) == b"BAD";
    WAS_BAD = bad;
    if !bad {
        return keep(Answer { tag: 0, list: keep_all(vec![one]), more: NONE });
    }
    let many = |list: List| keep(Answer { tag: 0, list, more: NONE });
    match act() {
        "pointer-far" => return 0xffff_fff0 as *const Answer,
        "pointer-odd" => return 0x1001 as *const Answer,
        "pointer-null" => return std::ptr::null(),
        "tag" => return keep(Answer { tag: 7, list: NONE, more: NONE }),
        "length" => return many(List(8, u32::MAX as usize)),
        "length-wraps" => return many(List(8, 0x0e38_e38f)),
        "list-far" => return many(List(0xffff_ff00, 10)),
        "list-odd" => return many(List(0x1001, 1)),
        "zeros" => return many(keep_all(vec![std::mem::zeroed::<Finding>()])),
        "severity" => one.severity = 9,
        "located" => one.located = 5,
        "location" => { one.located = 1; one.location = 9; }
        "helped" => one.helped = 200,
        "far" => { one.located = 1; one.start = u32::MAX - 1; one.end = u32::MAX; }
        "utf8" => one.message = keep_all(vec![0xffu8, 0xfe, 0x80]),
        "utf8-rule" => one.rule = keep_all(vec![0xc3u8]),
        "utf8-artifact" => one.artifact = keep_all(b"BAD\xff".to_vec()),
        "surrogate" => one.message = keep_all(vec![0xedu8, 0xa0, 0x80]),
        "overlong" => one.message = keep_all(vec![0xc0u8, 0x80]),
        "string-far" => one.message = List(0xffff_0000, 0x1_0000),
        "string-long" => one.message = List(0, 0x7fff_ffff),
        "string-wraps" => one.message = List(0xffff_ffff, 2),
        "string-50-mib" => one.message = keep_all(vec![b'x'; 50 << 20]),
        "fixes-far" => one.fixes = List(0xffff_ff00, 1000),
        "fixes-many" => one.fixes = List(8, 100_000_000),
        "data-far" => one.data = List(0xffff_ff00, 1000),
        "data-many" => one.data = List(0x1000, 0x0800_0000),
        "overlap" => {
            one.message = keep_all(vec![b'y'; 60_000]);
            return many(keep_all(vec![one; 60_000]));
        }
        "overlap-data" => {
            let pair = [text("name"), keep_all(vec![b'y'; 60_000])];
            one.data = keep_all(vec![pair; 60_000]);
        }
        "million" => return many(keep_all(vec![one; 1_000_000])),
        "error-far" => return keep(Answer { tag: 1, list: List(0xffff_ff00, 9999), more: NONE }),
        "error-utf8" => return keep(Answer { tag: 1, list: NONE, more: keep_all(vec![0xffu8]) }),
        "error-long" => return keep(Answer { tag: 1, list: NONE, more: keep_all(vec![b'z'; 40 << 20]) }),
        "fill" => loop {
            let block = vec![std::hint::black_box(7u8); 60 << 20];
            std::hint::black_box(&block);
        },
        "bodies" => loop { std::hint::black_box(govkit::plugin::corpus::bodies(0, u32::MAX)); },
        "body-miss" => loop { std::hint::black_box(govkit::plugin::corpus::body(u32::MAX)); },
        "log-empty" => loop { govkit::plugin::log::write(govkit::plugin::log::Level::Debug, ""); },
        "emit" => loop { let _ = govkit::plugin::output::emit("a", &[0; 1 << 16]); },
        "divide" => { std::hint::black_box(1 / std::hint::black_box(i32::from(act().is_empty()))); }
        "unreachable" => core::arch::wasm32::unreachable(),
        "indirect" => {
            let nowhere: extern "C" fn(u64) = std::mem::transmute(999usize);
            nowhere(1);
        }
        "load-far" => { std::hint::black_box(std::ptr::read_volatile(0xffff_fff0 as *const u8)); }
        "grow" => loop { core::arch::wasm32::memory_grow::<0>(16); },
        "post-loop" | "post-trap" | "post-call" => {}
        _ => {}
    }
    many(keep_all(vec![one]))
}

#[unsafe(export_name = "cabi_post_govkit:plugin/validator@0.1.0#check-artifact")]
extern "C" fn post(_: *const Answer) {
    match act() {
        _ if !unsafe { WAS_BAD } => {}
        "post-loop" => loop { std::hint::black_box(()); },
        "post-trap" => core::arch::wasm32::unreachable(),
        "post-call" => govkit::plugin::log::write(govkit::plugin::log::Level::Debug, "again"),
        _ => {}
    }
}

/// What the host asks for memory with, before it hands over a string.
#[unsafe(export_name = "cabi_realloc")]
unsafe extern "C" fn realloc(old: *mut u8, old_len: usize, align: usize, len: usize) -> *mut u8 {
    // The first strings are those of `configure`; after it, those of the first artifact, BAD.
    match act() {
        "realloc-far" => return 0xffff_fff0 as *mut u8,
        "realloc-odd" if align > 1 => return 0x1001 as *mut u8,
        "realloc-end" => return (core::arch::wasm32::memory_size::<0>() << 16) as *mut u8,
        "realloc-trap" => core::arch::wasm32::unreachable(),
        "realloc-loop" => loop { std::hint::black_box(()); },
        "realloc-call" => govkit::plugin::log::write(govkit::plugin::log::Level::Debug, "again"),
        "realloc-deep" => return realloc(old, old_len, align, len),
        _ => {}
    }
    if len == 0 { return align as *mut u8; }
    let fresh = alloc(Layout::from_size_align_unchecked(len, align));
    if old_len > 0 { std::ptr::copy_nonoverlapping(old, fresh, old_len.min(len)); }
    fresh
}
