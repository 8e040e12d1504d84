//! The one configuration of wasmtime that plugins run under.

use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, Strategy, WasmBacktraceDetails,
};

use crate::limits::STACK_BYTES;

/// Makes the engine: the optimising compiler, fuel, and nothing a plugin could tell two
/// machines apart by.
pub(crate) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .allocation_strategy(InstanceAllocationStrategy::OnDemand)
        // Fuel alone: an answer that depends on a clock is not the same answer twice.
        .consume_fuel(true)
        .max_wasm_stack(STACK_BYTES)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .concurrency_support(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        // Messages are made here, for people; frames of the run-time help nobody.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .wasm_backtrace_max_frames(None);
    Engine::new(&config)
}
