//! From the traits to the interfaces the host calls.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Once;

use crate::bindings::{change_exporter, change_validator, describe, exporter, importer, validator};
use crate::change::ChangeSet;
use crate::{
    About, Artifact, ChangeExporter, ChangeValidator, Changes, Error, Exporter, Finding, Imported,
    Importer, Output, Report, Validator,
};

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

/// A validator of changes as the host calls it.
#[derive(Debug)]
pub struct ChangeValidatorExport<T>(PhantomData<T>);

/// An exporter of changes as the host calls it.
#[derive(Debug)]
pub struct ChangeExporterExport<T>(PhantomData<T>);

/// An importer as the host calls it.
#[derive(Debug)]
pub struct ImporterExport<T>(PhantomData<T>);

macro_rules! describes {
    ($plugin:ident, $export:ident) => {
        impl<T: $plugin> describe::exports::govkit::plugin::describe::Guest for $export<T> {
            fn describe() -> About {
                report_panics();
                T::about()
            }
        }
    };
}

describes!(Validator, ValidatorExport);
describes!(Exporter, ExporterExport);
describes!(ChangeValidator, ChangeValidatorExport);
describes!(ChangeExporter, ChangeExporterExport);
describes!(Importer, ImporterExport);

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

impl<T: ChangeValidator> change_validator::exports::govkit::plugin::change_validator::Guest
    for ChangeValidatorExport<T>
{
    fn configure(json: String) -> Result<(), Error> {
        configure(|| {
            let plugin = T::configure(&json)?;
            Ok((plugin, Report::new(&T::about())))
        })
    }

    fn check_change(
        before: Vec<Artifact>,
        after: Vec<Artifact>,
        set: ChangeSet,
    ) -> Result<Vec<Finding>, Error> {
        with(|(plugin, report): &mut (T, Report)| {
            plugin.check_change(changes(&before, &after, &set), report);
            Ok(report.clear_for_next_call())
        })
    }
}

impl<T: ChangeExporter> change_exporter::exports::govkit::plugin::change_exporter::Guest
    for ChangeExporterExport<T>
{
    fn configure(json: String) -> Result<(), Error> {
        configure(|| T::configure(&json))
    }

    fn run(before: Vec<Artifact>, after: Vec<Artifact>, set: ChangeSet) -> Result<(), Error> {
        with(|plugin: &mut T| {
            let result = plugin.run(changes(&before, &after, &set), &mut Output::new());
            result.map_err(|message| error("export", message))
        })
    }
}

impl<T: Importer> importer::exports::govkit::plugin::importer::Guest for ImporterExport<T> {
    fn configure(json: String) -> Result<(), Error> {
        configure(|| T::configure(&json))
    }

    fn read(name: String, bytes: Vec<u8>) -> Result<Vec<Imported>, Error> {
        with(|plugin: &mut T| {
            let result = plugin.read(&name, &bytes);
            result.map_err(|message| error("import", message))
        })
    }
}

fn changes<'a>(before: &'a [Artifact], after: &'a [Artifact], set: &'a ChangeSet) -> Changes<'a> {
    Changes { before, after, set }
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
