//! Threads that can run JavaScript.

use std::cell::Cell;

/// Stack of a thread that runs JavaScript, beyond what the engine may use.
const STACK_BYTES: usize = 64 << 20;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs something on a thread with a stack deep enough for JavaScript: this one if it is such a thread already. Who
/// explores much on one thread saves making an engine anew for each by wrapping the whole in this.
pub fn on_a_deep_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if IS_DEEP.get() {
        return work();
    }
    std::thread::scope(|scope| {
        match start_deep(scope, work).map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => panic!("no thread can be started: {error}"),
        }
    })
}

pub(super) fn start_deep<'scope, R: Send + 'scope>(
    scope: &'scope std::thread::Scope<'scope, '_>,
    work: impl FnOnce() -> R + Send + 'scope,
) -> std::io::Result<std::thread::ScopedJoinHandle<'scope, R>> {
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn_scoped(scope, || {
            IS_DEEP.set(true);
            work()
        })
}
