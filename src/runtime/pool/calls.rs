//! When the system calls of requests in flight are made (THR-2, THR-9).
//!
//! A thread makes the system calls of a job at any time between taking it and handing in that it is done. As long as
//! nothing else touches what a request touches, nobody can see when, and the guest makes its calls together once the last
//! job completed. Where two touch the same, the request goes on call by call: whoever is about to make a call, the program
//! or another request, first asks of every call in flight that meets it whether a thread has made that one already. A call
//! nobody asked about is made when its job completes, which is the latest it can be. So two calls that meet come in either
//! order the pool allows, and nothing else forks.
//!
//! A job in the queue can have made a call only if a thread has taken it, for which others must be done. Which of them are
//! is then settled at once: they are handed to the loop in this order, before anything else.
//!
//! Left out: memory a request reads or writes while it is in flight, such as the buffer of `fs.write`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Request;
use crate::runtime::Machine;
use crate::runtime::doors::{CallbackId, Choice, Event, Guest, Made, Step};

/// What a system call does to what a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Asks whether there is something.
    Find,
    /// Reads it.
    Read,
    /// Lists the names in it.
    List,
    /// Lists everything below it.
    Walk,
    /// Changes what is in it.
    Write,
    /// Makes the path name something else, or nothing.
    Name,
    /// Changes a link, and so what any path may lead to.
    Link,
}

/// A path a system call touches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Touch {
    /// What it does to what the path names.
    pub effect: Effect,
    /// An absolute path without dots, or any other name without a slash.
    pub path: Arc<str>,
}

impl Touch {
    /// Whether this is about a path, not something that has another name.
    pub fn has_path(&self) -> bool {
        self.path.starts_with('/')
    }

    /// Whether the order of two calls that touch these can show.
    pub fn meets(&self, other: &Touch) -> bool {
        self.changes(other) || other.changes(self)
    }

    /// Whether what this does can be seen by what the other does.
    fn changes(&self, other: &Touch) -> bool {
        match self.effect {
            Effect::Find | Effect::Read | Effect::List | Effect::Walk => false,
            Effect::Link => true,
            Effect::Write => {
                matches!(other.effect, Effect::Read | Effect::Write) && self.path == other.path
            }
            Effect::Name => {
                self.path == other.path
                    || is_below(&other.path, &self.path)
                    || match other.effect {
                        Effect::List => parent(&self.path) == Some(&*other.path),
                        Effect::Walk => is_below(&self.path, &other.path),
                        _ => false,
                    }
            }
        }
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.strip_suffix('/').unwrap_or(folder);
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
}

fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/')? {
        ("", "") => None,
        ("", _) => Some("/"),
        (folder, _) => Some(folder),
    }
}

/// Whether the order of two calls, or requests, can show.
fn meet(some: &[Touch], others: &[Touch]) -> bool {
    some.iter()
        .any(|touch| others.iter().any(|other| touch.meets(other)))
}

/// Stands for what the program itself is about to do, among requests.
pub const PROGRAM: CallbackId = CallbackId(u32::MAX - 1);

/// How far the system calls of a request in flight are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::runtime) enum Calls {
    /// Nothing met it: they are made together once the last job completed.
    Together {
        /// All it touches.
        touches: Vec<Touch>,
        /// Jobs that are done.
        owed: u32,
    },
    /// They are made one by one.
    Single {
        /// Whether its present job has calls left to make.
        open: bool,
        /// Whether another job follows; known once the present one has no calls left.
        more: bool,
    },
}

impl Machine<'_> {
    /// The program is about to make the system call that the guest knows as that of [`PROGRAM`]: settles what was made
    /// before it. False if no order can show here.
    pub fn access(&mut self, guest: &mut dyn Guest) -> Step<bool> {
        self.precede(guest, PROGRAM, &BTreeSet::new(), true)?;
        Ok(self.runtime.pool.has_single_calls())
    }

    /// From now on every request that meets these touches makes its calls one by one. Whether there is any.
    fn separate(&mut self, guest: &mut dyn Guest, by: CallbackId, touches: &[Touch]) -> Step<bool> {
        let mut any = false;
        for (id, theirs) in self.runtime.pool.calls_besides(by) {
            let Some(theirs) = theirs else {
                any = any || meet(touches, &guest.touches(self, id, true)?);
                continue;
            };
            if meet(touches, &theirs) {
                self.catch_up(guest, id)?;
                any = true;
            }
        }
        Ok(any)
    }

    /// Makes the calls of the jobs that are done, which nobody has seen so far.
    fn catch_up(&mut self, guest: &mut dyn Guest, id: CallbackId) -> Step {
        let Some(Calls::Together { owed, .. }) = self.runtime.pool.calls.get(&id) else {
            return Ok(());
        };
        let mut more = true;
        for _ in 0..*owed {
            let mut made = Made::Call;
            while made == Made::Call {
                made = guest.make_call(self, id)?;
            }
            more = made == Made::Job;
        }
        let open = !self.runtime.pool.is_handed_in(id);
        let calls = Calls::Single { open, more };
        self.runtime.pool.calls.insert(id, calls);
        Ok(())
    }

    /// Settles which calls in flight were made before one that is about to be: by the program, or by a request. Those of
    /// `later` come after it. `room` says whether jobs may have been done that the loop has not heard of.
    fn precede(
        &mut self,
        guest: &mut dyn Guest,
        subject: CallbackId,
        later: &BTreeSet<CallbackId>,
        room: bool,
    ) -> Step {
        let mut after = BTreeSet::new();
        let mut later = later.clone();
        'again: loop {
            // A call made meanwhile may change what those after it touch.
            let touches = guest.touches(self, subject, false)?;
            self.separate(guest, subject, &touches)?;
            for id in self.runtime.pool.open_calls() {
                if id == subject || later.contains(&id) {
                    continue;
                }
                if !meet(&touches, &guest.touches(self, id, false)?) {
                    continue;
                }
                if !self.runtime.pool.can_start(id, &later, room) || !self.was_made(id) {
                    later.insert(id);
                    after.insert(id);
                    continue;
                }
                self.start(guest, id, &later)?;
                self.make(guest, id, &later, room)?;
                if !self.is_in_batch(id) {
                    self.leave_batch(&BTreeSet::from([subject]));
                }
                continue 'again;
            }
            break;
        }
        if !self.is_in_batch(subject) {
            self.leave_batch(&after);
        }
        Ok(())
    }

    fn is_in_batch(&self, id: CallbackId) -> bool {
        let batch = self.runtime.batch.as_ref();
        batch.is_some_and(|left_out| id != PROGRAM && !left_out.contains(&id))
    }

    /// These were not done when the running batch was taken (THR-5): they made a call after one that came later than that.
    fn leave_batch(&mut self, requests: &BTreeSet<CallbackId>) {
        if let Some(left_out) = &mut self.runtime.batch {
            left_out.extend(requests.iter().filter(|id| **id != PROGRAM));
        }
    }

    fn was_made(&mut self, id: CallbackId) -> bool {
        self.rule("THR-2");
        let (request, of) = self.runtime.pool.place(id);
        self.choose(Choice::Call { request, of }) == 1
    }

    /// Makes one call of a request, after those in flight that come before it.
    fn make(
        &mut self,
        guest: &mut dyn Guest,
        id: CallbackId,
        later: &BTreeSet<CallbackId>,
        room: bool,
    ) -> Step {
        let mut later = later.clone();
        later.insert(id);
        self.precede(guest, id, &later, room)?;
        let made = guest.make_call(self, id)?;
        self.observe(|| match made {
            Made::Call => Event::CallMade(id),
            _ => Event::CallsMade(id),
        });
        let calls = Calls::Single {
            open: made == Made::Call,
            more: made == Made::Job,
        };
        self.runtime.pool.calls.insert(id, calls);
        Ok(())
    }

    /// The completion of a request's present job is delivered as part of the running batch: what calls it has left were
    /// made before that was taken, and so before any call of a job that is not part of it.
    pub(in crate::runtime) fn complete_job(
        &mut self,
        guest: &mut dyn Guest,
        request: Request,
    ) -> Step {
        let requests = self.runtime.pool.calls.keys().copied();
        let later = requests.filter(|id| !self.is_in_batch(*id)).collect();
        self.end_job(guest, request, &later)
    }

    /// The thread of a request's present job is done with it: what calls it has left are made.
    pub(in crate::runtime) fn end_job(
        &mut self,
        guest: &mut dyn Guest,
        request: Request,
        later: &BTreeSet<CallbackId>,
    ) -> Step {
        let id = request.callback;
        let touches = match self.runtime.pool.calls.get(&id) {
            None => return Ok(()),
            Some(Calls::Together { touches, .. }) => touches.clone(),
            Some(Calls::Single { .. }) => guest.touches(self, id, true)?,
        };
        if self.separate(guest, id, &touches)? {
            self.catch_up(guest, id)?;
        }
        if let Some(Calls::Together { owed, .. }) = self.runtime.pool.calls.get_mut(&id) {
            *owed += 1;
        }
        while let Some(Calls::Single { open: true, .. }) = self.runtime.pool.calls.get(&id) {
            self.make(guest, id, later, false)?;
        }
        Ok(())
    }
}
