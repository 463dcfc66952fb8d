//! `duikou serve`: the page of `inspect`, live on this machine.

use super::live::{Live, Shown};
use super::{DictionaryArguments, OK, SOME_FAILED, each};
use crate::error::Error;
use crate::reader::{self, Options};
use serde_json::json;
use std::io::{Cursor, Read};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tiny_http::{Header, Method, Request, Response, Server};

/// Longest text that is tried, in bytes.
const MAX_TEXT: u64 = 64 << 10;

/// So many pages are kept waiting for news; the one that has waited longest is answered when there are more.
const MAX_WAITING: usize = 64;

/// What every answer carries: nothing is kept or guessed at, no other site may frame it or take it in.
const HEADERS: [(&str, &str); 5] = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
];

#[derive(clap::Args)]
#[command(
    after_help = "Example: duikou serve articles/ --dict my-dict\nOpen the address that it prints. Only this machine is answered; Ctrl-C stops it."
)]
pub struct Arguments {
    /// Files, folders, archives, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Port on 127.0.0.1; 0 takes any that is free
    ///
    /// Review marks belong to the port: a browser keeps them by address
    #[arg(long, value_name = "N", default_value_t = 8440)]
    port: u16,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let folders = &arguments.dictionaries.folders;
    let server = Server::http((Ipv4Addr::LOCALHOST, arguments.port)).map_err(|reason| {
        Error::Usage(format!("cannot listen on port {}: {reason}; --port 0 takes any that is free", arguments.port))
    })?;
    let server = Arc::new(server);
    let port = server.server_addr().to_ip().map_or(arguments.port, |address| address.port());
    let stop = Arc::clone(&server);
    ctrlc::set_handler(move || stop.unblock()).map_err(|error| Error::Usage(error.to_string()))?;

    let mut documents = Vec::new();
    let failures = each(
        reader::discover(&arguments.paths),
        Options::default(),
        |document| document,
        |document| {
            documents.push(document);
            Ok(())
        },
    )?;
    let (live, watch) = Live::new(documents, failures, folders.clone())?;
    eprintln!("duikou: {} at http://127.0.0.1:{port}/ (Ctrl-C stops)", live.counted());

    let site = Arc::new(Site { live, port, waiting: Mutex::new(Vec::new()) });
    if !folders.is_empty() {
        let site = Arc::clone(&site);
        std::thread::spawn(move || site.live.watch(watch, |shown| site.tell(shown)));
    }
    for request in server.incoming_requests() {
        let site = Arc::clone(&site);
        std::thread::spawn(move || site.answer(request));
    }
    eprintln!("duikou: stopped");
    Ok(if failures == 0 { OK } else { SOME_FAILED })
}

/// The documents, and the pages that wait for news of them.
struct Site {
    live: Live,
    port: u16,
    waiting: Mutex<Vec<Request>>,
}

impl Site {
    fn answer(&self, request: Request) {
        if !self.is_ours(&request) {
            return send(request, 403, "text/plain", "not from here\n");
        }
        let url = request.url().to_string();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        match (request.method(), path) {
            (Method::Get, "/") => send(request, 200, "text/html", self.live.shown().page),
            (Method::Get, "/state") => self.state(request, query),
            (Method::Post, "/try") => self.try_text(request),
            (_, "/" | "/state" | "/try") => send(request, 405, "text/plain", "no such method here\n"),
            _ => send(request, 404, "text/plain", "nothing here\n"),
        }
    }

    /// Whether a request names this server, and comes from its page or from no page. A foreign site whose name was made
    /// to mean 127.0.0.1 names itself as `Host`, and itself as `Origin` where it sends data.
    fn is_ours(&self, request: &Request) -> bool {
        let values = |name: &'static str| {
            request.headers().iter().filter(move |header| header.field.equiv(name)).map(|header| header.value.as_str())
        };
        let ours = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let is_ours = |host: &str| ours.iter().any(|name| name == host);
        values("Host").count() == 1
            && values("Host").all(is_ours)
            && values("Origin").all(|origin| origin.strip_prefix("http://").is_some_and(is_ours))
    }

    /// Answers when there is something newer than what the page has seen.
    fn state(&self, request: Request, query: &str) {
        let seen = query.strip_prefix("seen=").and_then(|number| number.parse::<u64>().ok());
        // Locked before the version is read, so that no save slips in between.
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.live.shown();
        if seen != Some(shown.version) {
            return send_state(request, &shown);
        }
        waiting.push(request);
        if waiting.len() > MAX_WAITING {
            send_state(waiting.remove(0), &shown);
        }
    }

    /// Answers all who wait.
    fn tell(&self, shown: &Shown) {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        for request in waiting {
            send_state(request, shown);
        }
    }

    fn try_text(&self, mut request: Request) {
        let mut bytes = Vec::new();
        let read = request.as_reader().take(MAX_TEXT + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > MAX_TEXT {
            return send(request, 413, "text/plain", "longer than 64 KiB\n");
        }
        match read.ok().and_then(|_| String::from_utf8(bytes).ok()).map(|text| self.live.try_text(&text)) {
            Some(Ok(page)) => send(request, 200, "text/html", page),
            Some(Err(error)) => send(request, 500, "text/plain", error.to_string()),
            None => send(request, 400, "text/plain", "not UTF-8\n"),
        }
    }
}

fn send_state(request: Request, shown: &Shown) {
    let state = json!({"version": shown.version, "page": shown.page_version, "faults": shown.faults});
    send(request, 200, "application/json", state.to_string());
}

fn send(request: Request, status: u16, kind: &str, body: impl AsRef<[u8]>) {
    let length = body.as_ref().len();
    let kind = format!("{kind}; charset=utf-8");
    let headers = HEADERS.into_iter().chain([("Content-Type", kind.as_str())]);
    let headers = headers.filter_map(|(name, value)| Header::from_bytes(name, value).ok()).collect();
    let response = Response::new(status.into(), headers, Cursor::new(body), Some(length), None);
    // Whoever asked may have gone.
    let _ = request.respond(response.with_chunked_threshold(usize::MAX));
}
