//! `pipeline`: connects stages, and tells when all of it is over or has failed (PL-1, PL-2, PL-4 to PL-6).
//!
//! The guest connects the stages, some of which are loops of its own, and says what each of them reports. What that comes to, what
//! is torn down, and when the callback is called is decided here.

use std::collections::VecDeque;

use super::super::Machine;
use super::super::doors::{Guest, Value};
use super::super::profile::PipelineRules;
use super::{Abrupt, Act, Task, hold};

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pipeline {
    callback: Value,
    /// Its first failure, or a later one that says more.
    error: Value,
    /// What the function that is its last stage came to.
    value: Value,
    /// Reports that are to come.
    awaited: i32,
    /// Functions that tear down a stage, in the order of the stages.
    stops: VecDeque<Value>,
    /// A function that stops listening to a signal and aborts that of the stages.
    release: Value,
    /// Functions that stop listening to the last stage.
    let_go: Vec<Value>,
    /// The callback was called, or will be.
    told: bool,
}

impl Machine<'_> {
    fn pipeline_rules(&self) -> &'static PipelineRules {
        &self.runtime.profile.pipeline
    }

    fn pipeline(&mut self, pipeline: u32) -> &mut Pipeline {
        &mut self.runtime.streams.pipelines[pipeline as usize]
    }

    /// A pipeline begins. `release` is called whenever it may be over.
    pub fn begin_pipeline(
        &mut self,
        guest: &mut dyn Guest,
        callback: Value,
        release: Value,
    ) -> u32 {
        hold(guest, callback);
        hold(guest, release);
        self.runtime.streams.pipelines.push(Pipeline {
            callback,
            error: Value::Undefined,
            value: Value::Undefined,
            awaited: 0,
            stops: VecDeque::new(),
            release,
            let_go: Vec::new(),
            told: false,
        });
        self.runtime.streams.pipelines.len() as u32 - 1
    }

    /// So many more reports are to come.
    pub fn await_reports(&mut self, pipeline: u32, reports: i32) {
        self.pipeline(pipeline).awaited += reports;
    }

    /// A stage is torn down with this function, which is given the error.
    pub fn stop_with(&mut self, guest: &mut dyn Guest, pipeline: u32, stop: Value) {
        hold(guest, stop);
        self.pipeline(pipeline).stops.push_back(stop);
    }

    /// The last stage is let go with this function (PL-5).
    pub fn let_go_with(&mut self, guest: &mut dyn Guest, pipeline: u32, let_go: Value) {
        hold(guest, let_go);
        self.pipeline(pipeline).let_go.push(let_go);
    }

    /// What the function that is the last stage came to (PL-4).
    pub fn give_value(&mut self, guest: &mut dyn Guest, pipeline: u32, value: Value) {
        hold(guest, value);
        self.pipeline(pipeline).value = value;
    }

    /// A stage, or one end of a connection, is over (PL-1).
    pub fn stage_over(&mut self, guest: &mut dyn Guest, pipeline: u32, error: Value) -> Act {
        self.rule("PL-1");
        let record = self.pipeline(pipeline);
        record.awaited -= 1;
        let is_last = record.awaited == 0;
        self.settle_pipeline(guest, pipeline, error, is_last)
    }

    /// A stage emitted an error, beside what it reports as it ends (PL-2).
    pub fn stage_failed(&mut self, guest: &mut dyn Guest, pipeline: u32, error: Value) -> Act {
        if self.pipeline_rules().failure_is_a_report {
            return self.stage_over(guest, pipeline, error);
        }
        self.settle_pipeline(guest, pipeline, error, false)
    }

    /// The signal of a pipeline was aborted (PL-6).
    pub fn pipeline_aborted(&mut self, guest: &mut dyn Guest, pipeline: u32, error: Value) -> Act {
        self.rule("PL-6");
        self.settle_pipeline(guest, pipeline, error, false)
    }

    fn settle_pipeline(
        &mut self,
        guest: &mut dyn Guest,
        pipeline: u32,
        error: Value,
        is_last: bool,
    ) -> Act {
        let rules = self.pipeline_rules();
        if error.is_truthy() {
            let first = self.pipeline(pipeline).error;
            let gives_way = !first.is_truthy()
                || guest
                    .gives_way(self, first, rules.abort_gives_way)?
                    .map_err(Abrupt::Threw)?;
            if gives_way {
                self.rule("PL-2");
                hold(guest, error);
                self.pipeline(pipeline).error = error;
            }
        }
        if !is_last && !self.pipeline(pipeline).error.is_truthy() {
            return Ok(());
        }
        while let Some(stop) = self.pipeline(pipeline).stops.pop_front() {
            let error = self.pipeline(pipeline).error;
            self.call_value(guest, stop, &[error])?;
            guest.release_value(stop);
        }
        let release = self.pipeline(pipeline).release;
        self.call_value(guest, release, &[])?;
        if !is_last {
            return Ok(());
        }
        let &mut Pipeline {
            callback,
            error,
            value,
            ..
        } = self.pipeline(pipeline);
        if !error.is_truthy() {
            for let_go in std::mem::take(&mut self.pipeline(pipeline).let_go) {
                self.rule("PL-5");
                self.call_value(guest, let_go, &[])?;
                guest.release_value(let_go);
            }
        }
        if std::mem::replace(&mut self.pipeline(pipeline).told, true) {
            return Ok(());
        }
        if rules.answers_in_a_tick {
            self.later(Task::TellPipeline(callback, error, value));
            return Ok(());
        }
        self.call_value(guest, callback, &[error, value])
    }

    /// A stream of a pipeline reports by itself, where the last one decides (PL-1, PL-2).
    pub fn stream_reported(
        &mut self,
        guest: &mut dyn Guest,
        pipeline: u32,
        error: Value,
        is_last: bool,
    ) -> Act {
        self.rule("PL-1");
        if !self.pipeline(pipeline).error.is_truthy() {
            hold(guest, error);
            self.pipeline(pipeline).error = error;
        }
        if error.is_truthy() {
            self.stop_all(guest, pipeline, error)?;
        }
        if !is_last {
            return Ok(());
        }
        self.stop_all(guest, pipeline, Value::Undefined)?;
        let &mut Pipeline {
            callback, error, ..
        } = self.pipeline(pipeline);
        self.call_value(guest, callback, &[error])
    }

    /// Tears down every stage; each does so once.
    fn stop_all(&mut self, guest: &mut dyn Guest, pipeline: u32, error: Value) -> Act {
        for at in 0..self.pipeline(pipeline).stops.len() {
            let stop = self.pipeline(pipeline).stops[at];
            self.call_value(guest, stop, &[error])?;
        }
        Ok(())
    }

    /// Calls a function, if there is one.
    pub(super) fn call_value(
        &mut self,
        guest: &mut dyn Guest,
        function: Value,
        arguments: &[Value],
    ) -> Act {
        match function {
            Value::Other(function) => self.call_function(guest, function, arguments),
            _ => Ok(()),
        }
    }
}
