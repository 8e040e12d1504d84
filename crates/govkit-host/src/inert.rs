//! An inert WASI: for components whose language brings WASI along whether it is used or not.
//!
//! It answers as a machine with nothing on it: no arguments, no environment, no files, a clock
//! that stands still, one seed for ever. What is written to standard output or error goes to the
//! plugin's log. Every other function ends the call and says which it was. Nothing here reads
//! anything of the machine, so two runs give one answer.

use govkit_core::finding::Severity;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceType, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use crate::failure::LimitHit;
use crate::load::is_wasi;
use crate::state::State;

/// Stands for every resource there is; its number says what it is.
struct Inert;

const STDIN: u32 = 0;
const STDOUT: u32 = 1;
const STDERR: u32 = 2;
const POLLABLE: u32 = 3;

/// Bytes an output stream says it can take at once.
const WRITE_BYTES: u64 = 64 << 10;
/// Bytes of "randomness" one call may ask for.
const MAX_RANDOM_BYTES: u64 = 64 << 10;
/// The seed, and with it every number that ought to be random.
const SEED: u64 = 0x6f6b_7669_745f_6773;

/// Defines every `wasi:` interface the component imports.
pub(crate) fn offer(linker: &mut Linker<State>, component: &Component) -> wasmtime::Result<()> {
    let engine = component.engine();
    let kind = component.component_type();
    for (name, item) in kind.imports(engine).filter(|(name, _)| is_wasi(name)) {
        let ComponentItem::ComponentInstance(interface) = item.ty else {
            continue;
        };
        let mut instance = linker.instance(name)?;
        for (member, item) in interface.exports(engine) {
            match item.ty {
                ComponentItem::Resource(_) => {
                    instance.resource(member, ResourceType::host::<Inert>(), |_, _| Ok(()))?;
                }
                ComponentItem::ComponentFunc(_) => define(&mut instance, name, member)?,
                _ => {}
            }
        }
    }
    Ok(())
}

type Answer = fn(&mut StoreContextMut<'_, State>, &[Val]) -> wasmtime::Result<Option<Val>>;

fn define(
    instance: &mut LinkerInstance<'_, State>,
    interface: &str,
    member: &str,
) -> wasmtime::Result<()> {
    let path = interface.split('@').next().unwrap_or(interface);
    let answer = answer(path, member);
    let called = format!("it called `{path}#{member}`, which does nothing but end a call here");
    instance.func_new(member, move |mut store, _, params, results| {
        store.data_mut().charge(0)?;
        let Some(answer) = answer else {
            return Err(LimitHit::Inert(called.clone()).into());
        };
        if let (Some(slot), Some(value)) = (results.first_mut(), answer(&mut store, params)?) {
            *slot = value;
        }
        Ok(())
    })
}

/// Returns what a function of a machine with nothing on it does.
fn answer(interface: &str, member: &str) -> Option<Answer> {
    Some(match (interface, member) {
        ("wasi:cli/environment", "get-environment" | "get-arguments")
        | ("wasi:filesystem/preopens", "get-directories") => |_, _| some(Val::List(Vec::new())),
        ("wasi:cli/environment", "initial-cwd")
        | (
            "wasi:cli/terminal-stdin" | "wasi:cli/terminal-stdout" | "wasi:cli/terminal-stderr",
            _,
        ) => |_, _| some(Val::Option(None)),
        ("wasi:cli/stdin", "get-stdin") => |store, _| handle(store, STDIN),
        ("wasi:cli/stdout", "get-stdout") => |store, _| handle(store, STDOUT),
        ("wasi:cli/stderr", "get-stderr") => |store, _| handle(store, STDERR),
        ("wasi:cli/exit", _) => |_, _| Err(LimitHit::Inert("it ended itself".to_owned()).into()),
        ("wasi:io/streams", _) => return stream(member),
        ("wasi:io/poll", "[method]pollable.ready") => |_, _| some(Val::Bool(true)),
        ("wasi:io/poll", "[method]pollable.block") => |_, _| Ok(None),
        ("wasi:io/poll", "poll") => |_, params| {
            let many = match params.first() {
                Some(Val::List(many)) => many.len(),
                _ => 0,
            };
            some(Val::List((0..many as u32).map(Val::U32).collect()))
        },
        ("wasi:clocks/monotonic-clock", "now" | "resolution") => |_, _| some(Val::U64(1)),
        ("wasi:clocks/monotonic-clock", "subscribe-instant" | "subscribe-duration") => {
            |store, _| handle(store, POLLABLE)
        }
        ("wasi:clocks/wall-clock", "now" | "resolution") => |_, _| {
            some(Val::Record(vec![
                ("seconds".to_owned(), Val::U64(0)),
                ("nanoseconds".to_owned(), Val::U32(1)),
            ]))
        },
        ("wasi:random/insecure-seed", _) => {
            |_, _| some(Val::Tuple(vec![Val::U64(SEED), Val::U64(!SEED)]))
        }
        ("wasi:random/random", "get-random-u64")
        | ("wasi:random/insecure", "get-insecure-random-u64") => |_, _| some(Val::U64(SEED)),
        ("wasi:random/random", "get-random-bytes")
        | ("wasi:random/insecure", "get-insecure-random-bytes") => random_bytes,
        _ => return None,
    })
}

/// The methods of streams: input has ended, output goes to the log.
fn stream(member: &str) -> Option<Answer> {
    Some(match member {
        "[method]input-stream.read"
        | "[method]input-stream.blocking-read"
        | "[method]input-stream.skip"
        | "[method]input-stream.blocking-skip" => |_, _| {
            let closed = Val::Variant("closed".to_owned(), None);
            some(Val::Result(Err(Some(Box::new(closed)))))
        },
        "[method]input-stream.subscribe" | "[method]output-stream.subscribe" => {
            |store, _| handle(store, POLLABLE)
        }
        "[method]output-stream.check-write" => {
            |_, _| some(Val::Result(Ok(Some(Box::new(Val::U64(WRITE_BYTES))))))
        }
        "[method]output-stream.write" | "[method]output-stream.blocking-write-and-flush" => write,
        "[method]output-stream.flush" | "[method]output-stream.blocking-flush" => {
            |_, _| some(Val::Result(Ok(None)))
        }
        _ => return None,
    })
}

fn some(value: Val) -> wasmtime::Result<Option<Val>> {
    Ok(Some(value))
}

fn handle(store: &mut StoreContextMut<'_, State>, number: u32) -> wasmtime::Result<Option<Val>> {
    let resource = Resource::<Inert>::new_own(number);
    let any = resource.try_into_resource_any(store.as_context_mut())?;
    some(Val::Resource(any))
}

/// Writes to the log: what goes to standard error may be the last words of a panic.
fn write(store: &mut StoreContextMut<'_, State>, params: &[Val]) -> wasmtime::Result<Option<Val>> {
    let [Val::Resource(stream), Val::List(bytes)] = params else {
        return some(Val::Result(Ok(None)));
    };
    let stream = stream.try_into_resource::<Inert>(store.as_context_mut())?;
    let bytes: Vec<u8> = bytes
        .iter()
        .filter_map(|byte| match byte {
            Val::U8(byte) => Some(*byte),
            _ => None,
        })
        .collect();
    let severity = match stream.rep() {
        STDERR => Some(Severity::Error),
        _ => None,
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    store.data_mut().write_output(severity, text)?;
    some(Val::Result(Ok(None)))
}

fn random_bytes(
    store: &mut StoreContextMut<'_, State>,
    params: &[Val],
) -> wasmtime::Result<Option<Val>> {
    let many = match params.first() {
        Some(Val::U64(many)) => *many,
        _ => 0,
    };
    if many > MAX_RANDOM_BYTES {
        let what = format!("it asked for {many} random bytes at once");
        return Err(LimitHit::Inert(what).into());
    }
    store.data_mut().charge(many)?;
    let seed = SEED.to_le_bytes();
    let bytes = (0..many as usize).map(|at| Val::U8(seed[at % seed.len()]));
    some(Val::List(bytes.collect()))
}
