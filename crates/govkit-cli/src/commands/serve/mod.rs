//! `govkit serve`

mod answer;
mod preview;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use govkit_core::snapshot::At;
use tiny_http::Server;

use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::error::describe;
use crate::exit::Exit;
use preview::Preview;

/// Threads that answer the browser.
const ANSWERING: usize = 4;

/// How often the files on disk are looked at.
const LOOK: Duration = Duration::from_millis(400);

/// Show the site of the files on disk in a browser while you write
///
/// Makes the pages of an exporter in memory and serves them on this machine alone, at
/// `127.0.0.1`. When a file changes, the pages are made anew and the browser loads them. Every page
/// leads to what changed since the last commit, as a redline. Nothing is written; Ctrl-C ends it.
///
/// Examples:
///   govkit plugin add site && govkit serve
///   govkit serve --port 8080
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ServeArgs {
    /// The exporter that makes the pages
    #[arg(default_value = "site")]
    exporter: String,
    /// The port; 0 takes any that is free
    #[arg(long, default_value_t = 4177)]
    port: u16,
}

pub(crate) fn run(context: &Context<'_>, args: &ServeArgs) -> Result<Exit> {
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    // What is wrong at the start is an error; later it is shown in the browser.
    let preview = Arc::new(Preview::new(context, &args.exporter)?);
    let server = Server::http(("127.0.0.1", args.port))
        .map_err(|error| anyhow!("listen on 127.0.0.1:{}: {error}", args.port))?;
    let port = server
        .server_addr()
        .to_ip()
        .map(|address| address.port())
        .context("find out the port that was taken")?;
    context
        .ui
        .report(|out| writeln!(out, "http://127.0.0.1:{port}/"))?;
    context.ui.say("Ctrl-C ends it");
    std::thread::scope(|scope| {
        for _ in 0..ANSWERING {
            scope.spawn(|| {
                while let Ok(request) = server.recv() {
                    answer::answer(request, &preview, port);
                }
            });
        }
        watch(context, &args.exporter, &preview);
    });
    Ok(Exit::Clean)
}

/// Makes the pages anew whenever a file has changed.
fn watch(context: &Context<'_>, exporter: &str, preview: &Preview) {
    let mut seen = preview::fingerprint(context);
    loop {
        std::thread::sleep(LOOK);
        let now = preview::fingerprint(context);
        if now == seen {
            continue;
        }
        seen = now;
        match preview.renew(context, exporter) {
            Ok(()) => context.ui.detail("the pages were made anew"),
            Err(error) => {
                let text = describe(&error);
                context.ui.say(text.trim_end());
                preview.fail(text);
            }
        }
    }
}

/// The state that is shown.
const SHOWN: At = At::Worktree;
