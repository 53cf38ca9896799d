//! The Node modules a program sees, as JavaScript sources, each compiled once per process when first asked for.

use std::sync::OnceLock;

/// One module of the JavaScript layer.
pub(super) struct Builtin {
    name: &'static str,
    pub(super) source: &'static str,
    pub(super) bytecode: OnceLock<Vec<u8>>,
}

macro_rules! builtins {
    ($($name:literal),* $(,)?) => {
        /// Every module, sorted by name.
        static BUILTINS: [Builtin; [$($name),*].len()] = [$(Builtin {
            name: $name,
            source: include_str!(concat!("node/", $name, ".js")),
            bytecode: OnceLock::new(),
        }),*];
    };
}

builtins![
    "assert",
    "assert/strict",
    "buffer",
    "console",
    "constants",
    "crypto",
    "dns",
    "dns/promises",
    "events",
    "fs",
    "fs/promises",
    "internal/abort_controller",
    "internal/abort_listener",
    "internal/assertion_error",
    "internal/async_iteration",
    "internal/bootstrap",
    "internal/commonjs",
    "internal/comparisons",
    "internal/console_table",
    "internal/date",
    "internal/dom_exception",
    "internal/emitter_views",
    "internal/emitters",
    "internal/encoding",
    "internal/errors",
    "internal/event_limits",
    "internal/event_symbols",
    "internal/event_target",
    "internal/event_waits",
    "internal/fatal",
    "internal/file_requests",
    "internal/fs_operations",
    "internal/fs_promises",
    "internal/fs_streams",
    "internal/hide",
    "internal/json",
    "internal/messages",
    "internal/modules",
    "internal/process_events",
    "internal/queue_microtask",
    "internal/rejections",
    "internal/stack",
    "internal/streams/abort",
    "internal/streams/compose",
    "internal/streams/destroyer",
    "internal/streams/duplex",
    "internal/streams/duplexify",
    "internal/streams/finished",
    "internal/streams/from",
    "internal/streams/iterate",
    "internal/streams/kinds",
    "internal/streams/legacy",
    "internal/streams/operators",
    "internal/streams/pair",
    "internal/streams/pipeline",
    "internal/streams/readable",
    "internal/streams/state",
    "internal/streams/transform",
    "internal/streams/wrap",
    "internal/streams/writable",
    "internal/structured_clone",
    "internal/timer_promises",
    "internal/url",
    "internal/util/format",
    "internal/util/inspect",
    "internal/util/legacy",
    "internal/util/locale",
    "internal/util/parse_args",
    "internal/util/previews",
    "internal/util/promisify",
    "internal/util/style_text",
    "internal/util/types",
    "internal/zlib_streams",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "querystring",
    "stream",
    "stream/promises",
    "string_decoder",
    "timers",
    "timers/promises",
    "url",
    "util",
    "util/types",
    "zlib",
];

/// The module with this name.
pub(super) fn find(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.name == name)
}
