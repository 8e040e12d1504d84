//! From the traits to the interfaces the host calls.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Once;

use crate::bindings::{describe, exporter, validator};
use crate::{About, Artifact, Error, Exporter, Finding, Output, Report, Validator};

thread_local! {
    // A component has one thread; this is simply its global state.
    static CONFIGURED: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// A validator as the host calls it.
#[derive(Debug)]
pub struct ValidatorExport<T>(PhantomData<T>);

/// An exporter as the host calls it.
#[derive(Debug)]
pub struct ExporterExport<T>(PhantomData<T>);

impl<T: Validator> describe::exports::govkit::plugin::describe::Guest for ValidatorExport<T> {
    fn describe() -> About {
        report_panics();
        T::about()
    }
}

impl<T: Exporter> describe::exports::govkit::plugin::describe::Guest for ExporterExport<T> {
    fn describe() -> About {
        report_panics();
        T::about()
    }
}

impl<T: Validator> validator::exports::govkit::plugin::validator::Guest for ValidatorExport<T> {
    fn configure(json: String) -> Result<(), Error> {
        configure(|| {
            let plugin = T::configure(&json)?;
            Ok((plugin, Report::new(&T::about())))
        })
    }

    fn check_artifact(artifact: Artifact, body: String) -> Result<Vec<Finding>, Error> {
        with(|(plugin, report): &mut (T, Report)| {
            plugin.check_artifact(&artifact, &body, report.about(&artifact));
            Ok(report.clear_for_next_call())
        })
    }

    fn check_corpus(artifacts: Vec<Artifact>) -> Result<Vec<Finding>, Error> {
        with(|(plugin, report): &mut (T, Report)| {
            plugin.check_corpus(&artifacts, report);
            Ok(report.clear_for_next_call())
        })
    }
}

impl<T: Exporter> exporter::exports::govkit::plugin::exporter::Guest for ExporterExport<T> {
    fn configure(json: String) -> Result<(), Error> {
        configure(|| T::configure(&json))
    }

    fn run(artifacts: Vec<Artifact>) -> Result<(), Error> {
        with(|plugin: &mut T| {
            let result = plugin.run(&artifacts, &mut Output::new());
            result.map_err(|message| error("export", message))
        })
    }
}

fn configure<S: 'static>(make: impl FnOnce() -> Result<S, String>) -> Result<(), Error> {
    report_panics();
    let state = make().map_err(|message| error("config", message))?;
    CONFIGURED.with_borrow_mut(|slot| *slot = Some(Box::new(state)));
    Ok(())
}

fn with<S: 'static, R>(call: impl FnOnce(&mut S) -> Result<R, Error>) -> Result<R, Error> {
    CONFIGURED.with_borrow_mut(|slot| {
        let state = slot.as_mut().and_then(|state| state.downcast_mut());
        match state {
            Some(state) => call(state),
            None => Err(error("config", "`configure` was not called".to_owned())),
        }
    })
}

fn error(code: &str, message: String) -> Error {
    Error {
        code: code.to_owned(),
        message,
    }
}

/// Sends the text of a panic to the host before the instance traps: a trap alone has no words.
fn report_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|panic| crate::log::error(&panic.to_string())));
    });
}
