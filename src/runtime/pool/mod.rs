//! The thread pool as the loop sees it: a FIFO, a width, a slow lane, a completion queue (THR-1 to THR-10).
//!
//! Which of the running jobs finishes next is a choice, made when the poll phase looks, or before if what threads do next
//! depends on it ([threads], [calls]: whether a call was made can depend on a thread taking its job, and that on the calls of others). Several steps of one operation are chained: the next is queued from
//! the completion of the one before (THR-9).
//!
//! Left out: cancelling a queued job (THR-6) and io_uring (THR-12).

mod calls;
mod threads;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use smallvec::SmallVec;

use super::Machine;
use super::doors::{CallbackId, Event, Guest, Renaming, Step};
use super::profile::Profile;
pub(super) use calls::Calls;
pub use calls::{Effect, PROGRAM, Touch};

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
    /// A call of zlib, in so many jobs (THR-7).
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
        let files = profile.files;
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
            Self::Chain | Self::Compress => size.max(1),
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
    /// In their order.
    running: SmallVec<[Request; 4]>,
    /// Threads that are done with a slow job and have not come back to the queue: the lane counts them still.
    away: usize,
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
            running: SmallVec::new(),
            away: 0,
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
        self.leave(request);
        self.handed_in.retain(|each| *each != request);
    }

    /// A thread hands in that it is done with a job.
    pub(super) fn hand_in(&mut self, request: Request) {
        self.leave(request);
        self.handed_in.push_back(request);
    }

    /// The thread of a running job is done with it.
    pub(super) fn leave(&mut self, request: Request) {
        if let Ok(at) = self.running.binary_search(&request) {
            self.running.remove(at);
            self.away += usize::from(request.slow);
        }
    }

    /// A thread that was done with a slow job comes back to the queue.
    pub(super) fn come_back(&mut self) {
        self.away -= 1;
    }

    /// How many threads are done with a slow job and have not come back.
    pub(super) fn away(&self) -> usize {
        self.away
    }

    /// Whether the present job of a request was handed in.
    pub(super) fn is_handed_in(&self, id: CallbackId) -> bool {
        self.handed_in.iter().any(|request| request.callback == id)
    }

    /// Whether a thread works on the present job of a request.
    pub(super) fn is_running(&self, id: CallbackId) -> bool {
        self.running.iter().any(|request| request.callback == id)
    }

    /// Whether a thread has taken this job.
    pub(super) fn has_left_queue(&self, request: Request) -> bool {
        self.running.contains(&request) || self.handed_in.contains(&request)
    }

    /// What is running and not among `later`.
    pub(super) fn running_besides(&self, later: &BTreeSet<CallbackId>) -> Vec<Request> {
        let others = self.running.iter();
        others
            .filter(|request| !later.contains(&request.callback))
            .copied()
            .collect()
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

    /// Gives callbacks other numbers; `left_out` are those a batch leaves out.
    pub(super) fn rename(
        &mut self,
        left_out: &mut BTreeSet<CallbackId>,
        renaming: &mut dyn Renaming,
    ) {
        self.running.sort_by_key(|request| {
            let Request {
                callback,
                jobs_left,
                slow,
            } = *request;
            let rank = renaming.rank(callback);
            (rank, jobs_left, slow, left_out.contains(&callback))
        });
        let queued = self.queue.iter_mut().filter_map(|entry| match entry {
            Entry::Job(request) => Some(request),
            Entry::RunSlow => None,
        });
        for request in self
            .running
            .iter_mut()
            .chain(queued)
            .chain(&mut self.slow)
            .chain(&mut self.handed_in)
        {
            request.callback = renaming.callback(request.callback);
        }
        self.running.sort_unstable();
        for callback in std::mem::take(left_out) {
            left_out.insert(renaming.callback(callback));
        }
        for (id, calls) in std::mem::take(&mut self.calls) {
            self.calls.insert(renaming.callback(id), calls);
        }
    }

    /// Whether a thread waits at the queue.
    pub(super) fn has_idle_thread(&self) -> bool {
        self.running.len() + self.away < self.width
    }

    /// Whether anything waits in the queue.
    pub(super) fn has_queue(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Whether the token of the slow lane is at the head of the queue.
    pub(super) fn has_token_ahead(&self) -> bool {
        self.queue.front() == Some(&Entry::RunSlow)
    }

    /// Whether it shows if a thread took the token before another job is queued: it would be queued again before that job
    /// while lookups wait, and it moves behind what is there while the lane is full.
    pub(super) fn has_token_that_moves(&self) -> bool {
        match self.queue.back() {
            None => false,
            Some(Entry::RunSlow) => self.slow.len() > 1,
            Some(Entry::Job(_)) => {
                (self.slow.len() > 1 || self.is_lane_full()) && self.queue.contains(&Entry::RunSlow)
            }
        }
    }

    /// Whether jobs stand behind the head of the queue.
    pub(super) fn has_others_behind(&self) -> bool {
        self.queue.len() > 1
    }

    /// Whether as many threads serve the slow lane as may (THR-4).
    pub(super) fn is_lane_full(&self) -> bool {
        let serving = self.running.iter().filter(|request| request.slow).count();
        serving + self.away >= self.width.div_ceil(2)
    }

    /// Lets an idle thread take the head of the queue, unless that is the token. `None` if there is no such thread or
    /// nothing for it.
    pub(super) fn take_job(&mut self) -> Option<Request> {
        if self.has_idle_thread() && !self.has_token_ahead() {
            self.take_head()
        } else {
            None
        }
    }

    /// Whether an idle thread could take a job, of the slow lane only if there is room.
    pub(super) fn can_take(&self) -> bool {
        let is_open = !self.has_token_ahead() || !self.is_lane_full();
        self.has_queue() && self.has_idle_thread() && is_open
    }

    /// An idle thread takes the head of the queue; a token that comes up while the lane is full goes behind the others.
    pub(super) fn take_head(&mut self) -> Option<Request> {
        if self.has_token_ahead() && self.is_lane_full() {
            self.queue.rotate_left(1);
        }
        let request = match self.queue.pop_front()? {
            Entry::Job(request) => request,
            Entry::RunSlow => {
                let request = self.slow.pop_front()?;
                if !self.slow.is_empty() {
                    self.queue.push_back(Entry::RunSlow);
                }
                request
            }
        };
        let at = self.running.partition_point(|other| *other < request);
        self.running.insert(at, request);
        Some(request)
    }

    /// Queues a job.
    pub(super) fn push(&mut self, request: Request) {
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
    pub fn request(
        &mut self,
        guest: &mut dyn Guest,
        operation: Operation,
        size: u64,
        callback: CallbackId,
    ) -> Step {
        self.runtime.pool_used = true;
        let jobs = operation.jobs(size, self.runtime.profile);
        self.observe(|| Event::Request(operation.name(), jobs));
        self.submit(
            guest,
            Request {
                callback,
                jobs_left: jobs,
                slow: operation == Operation::Lookup,
            },
        )
    }

    /// As [`Machine::request`], for an operation on files: these paths are all it touches.
    pub fn request_files(
        &mut self,
        guest: &mut dyn Guest,
        operation: Operation,
        size: u64,
        callback: CallbackId,
        touches: Vec<Touch>,
    ) -> Step {
        let calls = Calls::Together { touches, owed: 0 };
        self.runtime.pool.calls.insert(callback, calls);
        self.request(guest, operation, size, callback)
    }
}
