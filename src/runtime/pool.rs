//! The thread pool as the loop sees it: a FIFO, a width, a slow lane, a completion queue (THR-1 to THR-10).
//!
//! Which of the running jobs finishes next is a choice, made when the poll phase looks, or before if the order of system
//! calls depends on it (see the room of calls). Several steps of one operation are chained: the next is queued from the
//! completion of the one before (THR-9).
//!
//! Left out: cancelling a queued job (THR-6), io_uring (THR-12), and the moment between a slow job's completion and the
//! pool's note that its slow thread is free.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Machine;
use super::calls::{Calls, Touch};
use super::doors::{CallbackId, Choice, Event, Renaming};
use super::profile::Profile;

/// An operation the pool is asked for, as the program sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// One job: most calls of the file system, crypto, random bytes.
    Job,
    /// One job of the slow lane: getaddrinfo and getnameinfo (THR-4).
    Lookup,
    /// `fs.readFile` of a path.
    ReadFile,
    /// `fs.readFile` of a descriptor.
    ReadFileDescriptor,
    /// `fs.promises.readFile` of a path.
    PromiseReadFile,
    /// `fs.writeFile`, `fs.appendFile`.
    WriteFile,
    /// `fs.promises.writeFile`.
    PromiseWriteFile,
    /// So many jobs, one after another.
    Chain,
    /// One-shot zlib, by the bytes that come out: one job per buffer of 16 KiB, and the flush (THR-7).
    Compress,
    /// The files of an import(), so many deep (MOD-5).
    LoadModule,
}

const LARGE_PIECE: u64 = 524_288;
const SMALL_PIECE: u64 = 16_384;

impl Operation {
    /// Every operation, by its name.
    const NAMED: [(&str, Self); 10] = [
        ("job", Self::Job),
        ("jobs", Self::Chain),
        ("lookup", Self::Lookup),
        ("fs.readFile", Self::ReadFile),
        ("fs.readFile(fd)", Self::ReadFileDescriptor),
        ("fs.promises.readFile", Self::PromiseReadFile),
        ("fs.writeFile", Self::WriteFile),
        ("fs.promises.writeFile", Self::PromiseWriteFile),
        ("zlib", Self::Compress),
        ("import", Self::LoadModule),
    ];

    /// The operation with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMED
            .iter()
            .find(|(each, _)| *each == name)
            .map(|&(_, operation)| operation)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMED
            .iter()
            .find(|&&(_, each)| each == self)
            .map_or("job", |&(name, _)| name)
    }

    /// How many pool jobs it takes for so many bytes, or path components (THR-8).
    pub fn jobs(self, size: u64, profile: &Profile) -> u32 {
        let files = profile.file_jobs;
        let whole = files.one_job_files && size <= LARGE_PIECE;
        let pieces = size.div_ceil(LARGE_PIECE).max(1);
        let jobs = match self {
            Self::Job | Self::Lookup => 1,
            Self::ReadFile | Self::PromiseReadFile if whole => 1,
            Self::ReadFile if files.one_job_files => 2 + pieces,
            Self::ReadFile => 3 + pieces,
            Self::ReadFileDescriptor => 1 + pieces,
            Self::PromiseReadFile if files.one_job_files => 2 + pieces,
            Self::PromiseReadFile if files.small_promise_pieces => 4 + size.div_ceil(SMALL_PIECE),
            Self::PromiseReadFile => 3 + pieces,
            Self::WriteFile if files.one_job_files => 1,
            Self::WriteFile => 3,
            Self::PromiseWriteFile if whole => 1,
            Self::PromiseWriteFile if files.small_promise_pieces => 2 + size.div_ceil(SMALL_PIECE),
            Self::PromiseWriteFile => 2 + size.div_ceil(LARGE_PIECE),
            Self::Chain => size.max(1),
            Self::Compress => 2 + size / SMALL_PIECE,
            Self::LoadModule => 4 * size.max(1),
        };
        u32::try_from(jobs).unwrap_or(u32::MAX)
    }
}

/// Stands for the evaluation of the entry module once its files are read (LOOP-2).
pub(super) const ENTRY: CallbackId = CallbackId(u32::MAX);

/// A request: an operation in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Request {
    /// Called when the last job completes.
    pub(super) callback: CallbackId,
    /// Jobs not completed yet.
    pub(super) jobs_left: u32,
    pub(super) slow: bool,
}

/// A place in the main queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Entry {
    Job(Request),
    /// The token that lets a thread take one job of the slow lane (THR-4).
    RunSlow,
}

/// The pool of one process, with the requests of its only loop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pool {
    width: usize,
    queue: VecDeque<Entry>,
    slow: VecDeque<Request>,
    running: BTreeSet<Request>,
    /// Jobs whose threads are done with them and handed that in to the loop, in this order.
    handed_in: VecDeque<Request>,
    /// The system calls of the requests that touch files.
    pub(super) calls: BTreeMap<CallbackId, Calls>,
}

impl Pool {
    /// A pool as wide as `UV_THREADPOOL_SIZE` says: 4 if it is not set, 1 if it is no number or 0, 1024 at most (THR-1).
    pub fn new(size: Option<&str>) -> Self {
        let width = size.map_or(4, |text| leading_number(text).clamp(1, 1024));
        Pool {
            width,
            queue: VecDeque::new(),
            slow: VecDeque::new(),
            running: BTreeSet::new(),
            handed_in: VecDeque::new(),
            calls: BTreeMap::new(),
        }
    }

    /// Whether any request is in flight.
    pub(super) fn is_busy(&self) -> bool {
        !(self.queue.is_empty()
            && self.slow.is_empty()
            && self.running.is_empty()
            && self.handed_in.is_empty())
    }

    /// Every request in flight.
    pub(super) fn in_flight(&self) -> BTreeSet<Request> {
        let queued = self.queue.iter().filter_map(|entry| match entry {
            Entry::Job(request) => Some(*request),
            Entry::RunSlow => None,
        });
        queued
            .chain(self.slow.iter().copied())
            .chain(self.running.iter().copied())
            .chain(self.handed_in.iter().copied())
            .collect()
    }

    /// How many completions the loop is certain to find.
    pub(super) fn handed_in(&self) -> usize {
        self.handed_in.len()
    }

    /// What threads work on.
    pub(super) fn running(&self) -> impl Iterator<Item = Request> {
        self.running.iter().copied()
    }

    /// The requests one of which completes next: what was handed in first, or else any that is running.
    pub(super) fn next(&self) -> impl Iterator<Item = Request> {
        let first = self.handed_in.front();
        let running = self.running.iter().filter(move |_| first.is_none());
        first.into_iter().chain(running).copied()
    }

    /// Takes a completed job out.
    pub(super) fn finish(&mut self, request: Request) {
        self.running.remove(&request);
        self.handed_in.retain(|each| *each != request);
    }

    /// A thread hands in that it is done with a job.
    pub(super) fn hand_in(&mut self, request: Request) {
        self.running.remove(&request);
        self.handed_in.push_back(request);
    }

    /// Whether the present job of a request was handed in.
    pub(super) fn is_handed_in(&self, id: CallbackId) -> bool {
        self.handed_in.iter().any(|request| request.callback == id)
    }

    /// Whether a thread works on the present job of a request.
    pub(super) fn is_running(&self, id: CallbackId) -> bool {
        self.running.iter().any(|request| request.callback == id)
    }

    /// What is running and not among `later`.
    pub(super) fn running_besides(&self, later: &BTreeSet<CallbackId>) -> Vec<Request> {
        let others = self.running.iter();
        others
            .filter(|request| !later.contains(&request.callback))
            .copied()
            .collect()
    }

    /// Whether a thread may have taken the present job of a request, while none is done with those of `later`; without
    /// `room`, while none is done with any.
    pub(super) fn can_start(
        &self,
        id: CallbackId,
        later: &BTreeSet<CallbackId>,
        room: bool,
    ) -> bool {
        if self.is_running(id) {
            return true;
        }
        let mut pool = self.clone();
        while !pool.is_running(id) {
            if pool.take().is_some() {
                continue;
            }
            match pool.running_besides(later).first() {
                Some(done) if room => pool.running.remove(done),
                _ => return false,
            };
        }
        true
    }

    /// The requests on files besides one, each with all it touches as long as its calls are made together.
    pub(super) fn calls_besides(&self, id: CallbackId) -> Vec<(CallbackId, Option<Vec<Touch>>)> {
        let others = self.calls.iter().filter(|(other, _)| **other != id);
        others
            .map(|(other, calls)| match calls {
                Calls::Together { touches, .. } => (*other, Some(touches.clone())),
                Calls::Single { .. } => (*other, None),
            })
            .collect()
    }

    /// The requests that go on call by call and have calls of their present job left to make.
    pub(super) fn open_calls(&self) -> Vec<CallbackId> {
        let open = |calls: &Calls| matches!(calls, Calls::Single { open: true, .. });
        let requests = self.calls.iter().filter(|(_, calls)| open(calls));
        requests.map(|(id, _)| *id).collect()
    }

    /// Whether any request goes on call by call.
    pub(super) fn has_single_calls(&self) -> bool {
        let mut calls = self.calls.values();
        calls.any(|calls| matches!(calls, Calls::Single { .. }))
    }

    /// The place of a request among those on files, from 0, and how many there are.
    pub(super) fn place(&self, id: CallbackId) -> (u32, u32) {
        let place = self.calls.range(..id).count();
        (place as u32, self.calls.len() as u32)
    }

    /// Gives callbacks other numbers, also those of a batch, which forgets what is no longer in flight.
    pub(super) fn rename(&mut self, batch: &mut BTreeSet<Request>, renaming: &mut dyn Renaming) {
        let in_flight = self.in_flight();
        batch.retain(|request| in_flight.contains(request));
        let mut running: Vec<Request> = self.running().collect();
        running.sort_by_key(|request| {
            let Request {
                callback,
                jobs_left,
                slow,
            } = *request;
            let rank = renaming.rank(callback);
            (rank, jobs_left, slow, batch.contains(request))
        });
        let mut renamed = |request: Request| Request {
            callback: renaming.callback(request.callback),
            ..request
        };
        self.running = running.into_iter().map(&mut renamed).collect();
        for entry in &mut self.queue {
            if let Entry::Job(request) = entry {
                *request = renamed(*request);
            }
        }
        for request in &mut self.slow {
            *request = renamed(*request);
        }
        for request in &mut self.handed_in {
            *request = renamed(*request);
        }
        *batch = std::mem::take(batch).into_iter().map(renamed).collect();
        self.calls = std::mem::take(&mut self.calls)
            .into_iter()
            .map(|(id, calls)| (renaming.callback(id), calls))
            .collect();
    }

    fn slow_running(&self) -> usize {
        self.running.iter().filter(|request| request.slow).count()
    }

    /// Lets one idle thread take the head of the queue; `None` if there is no such thread or nothing to take.
    pub(super) fn take(&mut self) -> Option<Request> {
        if self.running.len() >= self.width {
            return None;
        }
        let threshold = self.width.div_ceil(2);
        loop {
            match self.queue.front().copied() {
                None => return None,
                Some(Entry::Job(request)) => {
                    self.queue.pop_front();
                    self.running.insert(request);
                    return Some(request);
                }
                Some(Entry::RunSlow) if self.slow_running() >= threshold => {
                    if self.queue.len() == 1 {
                        return None;
                    }
                    self.queue.rotate_left(1);
                }
                Some(Entry::RunSlow) => {
                    self.queue.pop_front();
                    let Some(request) = self.slow.pop_front() else {
                        continue;
                    };
                    if !self.slow.is_empty() {
                        self.queue.push_back(Entry::RunSlow);
                    }
                    self.running.insert(request);
                    return Some(request);
                }
            }
        }
    }

    fn push(&mut self, request: Request) {
        if !request.slow {
            self.queue.push_back(Entry::Job(request));
            return;
        }
        self.slow.push_back(request);
        if !self.queue.contains(&Entry::RunSlow) {
            self.queue.push_back(Entry::RunSlow);
        }
    }
}

/// The number a text begins with, as `atoi` reads it; 0 if there is none.
fn leading_number(text: &str) -> usize {
    let digits: String = text
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits
        .parse()
        .unwrap_or(if digits.is_empty() { 0 } else { usize::MAX })
}

impl Machine<'_> {
    /// Sets the width of a pool that has not been used yet (THR-1).
    pub fn resize_pool(&mut self, size: &str) {
        if !self.runtime.pool_used {
            self.runtime.pool.width = Pool::new(Some(size)).width;
        }
    }

    /// Starts an operation on the pool; `callback` is called in the poll phase once its last job completes (THR-9).
    pub fn request(&mut self, operation: Operation, size: u64, callback: CallbackId) {
        self.runtime.pool_used = true;
        let jobs = operation.jobs(size, self.runtime.profile);
        self.observe(|| Event::Request(operation.name(), jobs));
        self.submit(Request {
            callback,
            jobs_left: jobs,
            slow: operation == Operation::Lookup,
        });
    }

    /// Lets idle threads take what they can (THR-2, THR-4).
    pub(super) fn settle_pool(&mut self) {
        while let Some(request) = self.runtime.pool.take() {
            self.observe(|| Event::Taken(request.callback));
        }
    }

    /// As [`Machine::request`], for an operation on files: these paths are all it touches.
    pub fn request_files(
        &mut self,
        operation: Operation,
        size: u64,
        callback: CallbackId,
        touches: Vec<Touch>,
    ) {
        let calls = Calls::Together { touches, owed: 0 };
        self.runtime.pool.calls.insert(callback, calls);
        self.request(operation, size, callback);
    }

    /// Queues the present job of a request.
    ///
    /// A thread takes its job some time after it was queued. That shows only where the slow lane's token may move behind
    /// a job queued meanwhile, so only there it is a choice.
    pub(super) fn submit(&mut self, request: Request) {
        while self.runtime.pool.queue.contains(&Entry::RunSlow) {
            let mut taken = self.runtime.pool.clone();
            let Some(request) = taken.take() else { break };
            if self.choose(Choice::Pool) == 1 {
                break;
            }
            self.rule("THR-4");
            self.observe(|| Event::Taken(request.callback));
            self.runtime.pool = taken;
        }
        self.runtime.pool.push(request);
    }
}
