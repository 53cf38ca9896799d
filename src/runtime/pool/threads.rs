//! What the threads of the pool do, as far as it can show (THR-2, THR-4).
//!
//! That an idle thread takes a job from the head of the queue changes nothing about what may come later, so it does so as
//! early as it can. The token of the slow lane is different: whether it is behind a job depends on whether a thread took it
//! before that job was queued, and on whether the lane was full when it came up. So where that is open, what threads do is a
//! choice: take the token; come back to the queue after a slow job, which is when the lane has room again; be done with a
//! job before the loop looks. Jobs that are done before the loop looks are handed to it in this order, before all others.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use smallvec::SmallVec;

use super::{Pool, Request};
use crate::runtime::Machine;
use crate::runtime::doors::{CallbackId, Choice, Event, Guest, Step};

/// What threads may do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// One that was done with a slow job comes back to the queue.
    ComeBack,
    /// An idle one takes the token: it takes a slow job or, if the lane is full, the job behind the token.
    TakeToken,
    /// One is done with a job.
    Finish(Request),
}

impl Pool {
    /// Whether some thread has to come back before others can do all they could, or it shows that it does.
    fn awaits_return(&self) -> bool {
        let is_open = self.has_idle_thread() && !(self.has_token_ahead() && self.is_lane_full());
        self.away() > 0 && self.has_queue() && !is_open
    }

    /// Whether an idle thread could take the token.
    fn offers_token(&self) -> bool {
        self.has_idle_thread()
            && self.has_token_ahead()
            && (!self.is_lane_full() || self.has_others_behind())
    }

    /// The moves that can show, once idle threads have taken what jobs they could; to finish one of `running` is one.
    fn moves(&self, running: Vec<Request>) -> Vec<Move> {
        let back = self.awaits_return().then_some(Move::ComeBack);
        let token = self.offers_token().then_some(Move::TakeToken);
        let finish = running.into_iter().map(Move::Finish);
        back.into_iter().chain(token).chain(finish).collect()
    }

    /// Makes a move. Gives the job that was taken.
    fn make(&mut self, next: Move) -> Option<Request> {
        match next {
            Move::ComeBack => self.come_back(),
            Move::TakeToken => return self.take_head(),
            Move::Finish(request) => self.hand_in(request),
        }
        None
    }

    /// Whether a thread may have taken the present job of a request, while none is done with those of `later`; without
    /// `room`, while none is done with any.
    pub(in crate::runtime) fn can_start(
        &self,
        id: CallbackId,
        later: &BTreeSet<CallbackId>,
        room: bool,
    ) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![self.clone()];
        while let Some(mut pool) = open.pop() {
            while pool.take_job().is_some() {}
            if pool.is_running(id) {
                return true;
            }
            let mut done = Vec::new();
            if room {
                // For this, one normal job is as good as another, and so is one slow job.
                let others = pool.running_besides(later);
                done.extend(others.iter().find(|request| !request.slow));
                done.extend(others.iter().find(|request| request.slow));
            }
            for next in pool.moves(done) {
                let mut after = pool.clone();
                after.make(next);
                open.push(after);
            }
            open.retain(|pool| seen.insert(pool.clone()));
        }
        false
    }
}

impl Machine<'_> {
    /// Lets idle threads take the jobs that stand at the head of the queue.
    fn take_jobs(&mut self) {
        while let Some(request) = self.runtime.pool.take_job() {
            self.observe(|| Event::Taken(request.callback));
        }
    }

    fn make_move(
        &mut self,
        guest: &mut dyn Guest,
        next: Move,
        later: &BTreeSet<CallbackId>,
    ) -> Step {
        if let Move::Finish(request) = next {
            self.rule("THR-2");
            self.end_job(guest, request, later)?;
            self.observe(|| Event::HandedIn(request.callback));
        } else {
            self.rule("THR-4");
        }
        if let Some(request) = self.runtime.pool.make(next) {
            self.observe(|| Event::Taken(request.callback));
        }
        Ok(())
    }

    /// Picks a move; `None` if there is none, or if threads rest, which they may if `may_rest`.
    fn pick_move(&mut self, moves: &[Move], may_rest: bool) -> Option<Move> {
        let is_finish = |next: &&Move| matches!(next, Move::Finish(_));
        let running = moves.iter().filter(is_finish).count();
        let lane = moves.len() - running;
        let choice = Choice::Threads {
            comes_back: moves.contains(&Move::ComeBack),
            takes_token: moves.contains(&Move::TakeToken),
            rests: may_rest,
            running: running as u32,
        };
        let picked = match choice.alternatives() {
            _ if moves.is_empty() => return None,
            1 => 0,
            _ => self.choose(choice) as usize,
        };
        match picked {
            at if at < lane || !may_rest => moves.get(at).copied(),
            at if at == lane => None,
            at => moves.get(at - 1).copied(),
        }
    }

    /// What of the batch the poll phase could deliver next.
    fn candidates(&self, pool: &Pool) -> SmallVec<[Request; 4]> {
        let left_out = self.runtime.batch.as_ref();
        let is_in_batch = |request: &Request| {
            left_out.is_some_and(|left_out| !left_out.contains(&request.callback))
        };
        pool.next().filter(is_in_batch).collect()
    }

    /// Lets threads do what they can before the poll phase delivers something, which is one of what this gives. If the
    /// phase cannot end without anything, they do not rest before there is something.
    pub(in crate::runtime) fn settle_pool(
        &mut self,
        guest: &mut dyn Guest,
        may_end: bool,
    ) -> Step<SmallVec<[Request; 4]>> {
        loop {
            self.take_jobs();
            // Which lookups were taken by now is decided when one of them completes.
            let mut ahead = Cow::Borrowed(&self.runtime.pool);
            while ahead.can_take() {
                ahead.to_mut().take_head();
            }
            let candidates = self.candidates(&ahead);
            let may_rest = may_end || !candidates.is_empty();
            match self.pick_move(&ahead.moves(Vec::new()), may_rest) {
                Some(next) => self.make_move(guest, next, &BTreeSet::new())?,
                None => return Ok(candidates),
            }
        }
    }

    /// A job completes that [settling](Machine::settle_pool) gave: a thread had taken it.
    pub(in crate::runtime) fn take_until(&mut self, request: Request) {
        while !self.runtime.pool.has_left_queue(request) && self.runtime.pool.can_take() {
            if let Some(request) = self.runtime.pool.take_head() {
                self.observe(|| Event::Taken(request.callback));
            }
        }
    }

    /// Queues the present job of a request.
    pub(in crate::runtime) fn submit(&mut self, guest: &mut dyn Guest, request: Request) -> Step {
        if !request.slow {
            self.settle_token(guest)?;
        }
        self.observe(|| Event::Queued);
        if let Some(left_out) = &mut self.runtime.batch {
            left_out.insert(request.callback);
        }
        self.runtime.pool.push(request);
        Ok(())
    }

    /// Before a job is queued in the main queue: whether the token of the slow lane moved until now will show, and so
    /// will what was done for that.
    fn settle_token(&mut self, guest: &mut dyn Guest) -> Step {
        let mut may_rest = true;
        loop {
            self.take_jobs();
            let pool = &self.runtime.pool;
            if !pool.has_token_that_moves() {
                return Ok(());
            }
            let is_token_due = pool.offers_token() && !pool.is_lane_full();
            let running = if is_token_due {
                Vec::new()
            } else {
                pool.running().collect()
            };
            let Some(next) = self.pick_move(&pool.moves(running), may_rest) else {
                return Ok(());
            };
            // Whatever else threads do before is for this.
            may_rest = next == Move::TakeToken;
            self.make_move(guest, next, &BTreeSet::new())?;
        }
    }

    /// Has a thread take the job of a request, which it [can](Pool::can_start); those it needs room of are done.
    pub(in crate::runtime) fn start(
        &mut self,
        guest: &mut dyn Guest,
        id: CallbackId,
        later: &BTreeSet<CallbackId>,
    ) -> Step {
        loop {
            self.take_jobs();
            let pool = &self.runtime.pool;
            if pool.is_running(id) {
                return Ok(());
            }
            let mut moves = pool.moves(pool.running_besides(later));
            moves.retain(|next| {
                let mut after = pool.clone();
                after.make(*next);
                after.can_start(id, later, true)
            });
            let Some(next) = self.pick_move(&moves, false) else {
                return Ok(());
            };
            self.make_move(guest, next, later)?;
        }
    }
}
