//! The rules of the file system that differ between majors.

/// The jobs, system calls and promises of calls of the file system.
///
/// What holds on every major: synchronous forms make their system calls on the spot, those with a callback and those with a
/// promise make them on the pool, call by call as Node's own library or libuv puts them together (THR-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileRules {
    /// `readFile`, `writeFile`, `appendFile` of a small file by path are one job (THR-8).
    pub one_job_files: bool,
    /// The promise forms read and write in pieces of 16 KiB instead of 512 KiB, and reading ends with an empty read (THR-8).
    pub small_promise_pieces: bool,
    /// The promise form of reading asks for all that is left, up to 512 KiB of text; a read that gives less is the last (THR-8).
    pub promises_ask_for_all: bool,
    /// There, only a read that gives nothing is the last if the size was not known (THR-8).
    pub unknown_size_is_read_to_its_end: bool,
    /// The synchronous form reads text in pieces of 8 KiB and does not ask for its size (THR-8).
    pub text_size_is_not_asked: bool,
    /// How a whole tree is listed.
    pub tree_listing: TreeListing,
    /// What `rmdir` does before it removes a whole tree.
    pub rmdir_looks: RmdirLooks,
    /// What is to be removed is looked at through links, where it is looked at first (THR-8).
    pub removal_looks_through_links: bool,
    /// A handle keeps track of what it is asked: its close waits for what was begun, a second close for the first, and what is
    /// asked once it is closed fails on the spot (FP-4).
    pub handles_keep_track: bool,
    /// A closed folder throws if it is asked for an entry as a promise; otherwise the promise is rejected (FP-8).
    pub closed_folder_throws_for_entry: bool,
    /// A closed folder throws if it is to be closed; otherwise the promise is rejected, or the callback is called by a tick
    /// (FP-8).
    pub closed_folder_throws_for_close: bool,
    /// Who is given the first of the entries of a folder that were read, and throws, is called again with what it threw (FP-9).
    pub throwing_reader_is_called_again: bool,
    /// What promises are made of.
    pub promises: FilePromises,
    /// How streams read and write files.
    pub streams: FileStreams,
}

/// How `readdir` lists a whole tree (THR-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TreeListing {
    /// Not at all.
    Never,
    /// The form with a callback on the spot, calling back before it returns; that with a promise by a job for each directory.
    OnTheSpot,
    /// By a job for each directory.
    Jobs,
    /// By one job.
    OneJob,
}

/// What `rmdir` does before it removes a whole tree (THR-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RmdirLooks {
    /// Nothing.
    Never,
    /// The forms that return no promise look whether there is anything, and do not mind if not.
    ForMissing,
    /// It looks whether there is a folder; if there is something else, it is removed as if it were one, which fails.
    ForFolder,
}

/// Promise jobs from the completion of the last pool job to the settlement of a promise, by what the function of Node's library
/// awaits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FilePromises {
    /// One call: fulfilled and rejected (FP-1).
    pub single: (u32, u32),
    /// The same for `stat` and its kin (FP-1).
    pub stat: (u32, u32),
    /// A file that was opened, used and closed (FP-2).
    pub closed: u32,
    /// The same if it could not be read (FP-2).
    pub unreadable: u32,
    /// How many more a method of a handle takes (FP-3).
    pub on_handle: u32,
    /// How many more than one call it takes to read or write what is left by a handle (FP-3).
    pub whole_on_handle: u32,
    /// The close of a handle (FP-4).
    pub handle_closed: u32,
    /// How many more a function takes that does nothing after what it awaits: for an append, for a tree that is listed, for a
    /// file that could not be opened (FP-5).
    pub nested: u32,
    /// A function that awaits what is made of callbacks: the removal of a tree, a file that is one job (FP-6).
    pub of_callbacks: u32,
    /// How many more a list takes that tells the types of its entries (FP-7).
    pub with_types: u32,
}

/// Streams over files (RS-44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileStreams {
    /// The constructor opens the file, and what needs it waits for 'open'. Otherwise the stream is constructed by opening it.
    pub opened_by_constructor: bool,
    /// The stream sees itself to its close: it destroys itself at its end and after a failure, and emits 'close'.
    pub closes_by_hand: bool,
    /// Reads go into pieces of a pool, and what is left of that limits them.
    pub reads_into_pool: bool,
    /// A write that completes on a destroyed stream has failed.
    pub late_write_fails: bool,
}

pub(super) const FILES_12: FileRules = FileRules {
    one_job_files: false,
    small_promise_pieces: true,
    promises_ask_for_all: false,
    unknown_size_is_read_to_its_end: false,
    text_size_is_not_asked: false,
    tree_listing: TreeListing::Never,
    rmdir_looks: RmdirLooks::Never,
    removal_looks_through_links: true,
    handles_keep_track: false,
    closed_folder_throws_for_entry: true,
    closed_folder_throws_for_close: true,
    throwing_reader_is_called_again: false,
    promises: FilePromises {
        single: (1, 1),
        stat: (1, 1),
        closed: 3,
        unreadable: 3,
        on_handle: 0,
        whole_on_handle: 2,
        handle_closed: 0,
        nested: 1,
        of_callbacks: 1,
        with_types: 2,
    },
    streams: FileStreams {
        opened_by_constructor: true,
        closes_by_hand: true,
        reads_into_pool: true,
        late_write_fails: false,
    },
};

pub(super) const FILES_14: FileRules = FileRules {
    small_promise_pieces: false,
    rmdir_looks: RmdirLooks::ForMissing,
    handles_keep_track: true,
    closed_folder_throws_for_close: false,
    promises: FilePromises {
        closed: 6,
        unreadable: 6,
        on_handle: 1,
        handle_closed: 3,
        ..FILES_12.promises
    },
    streams: FileStreams {
        closes_by_hand: false,
        reads_into_pool: false,
        ..FILES_12.streams
    },
    ..FILES_12
};

pub(super) const FILES_16: FileRules = FileRules {
    rmdir_looks: RmdirLooks::ForFolder,
    promises: FilePromises {
        closed: 10,
        unreadable: 10,
        handle_closed: 5,
        ..FILES_14.promises
    },
    streams: FileStreams {
        opened_by_constructor: false,
        ..FILES_14.streams
    },
    ..FILES_14
};

pub(super) const FILES_18: FileRules = FileRules {
    promises_ask_for_all: true,
    tree_listing: TreeListing::OnTheSpot,
    removal_looks_through_links: false,
    throwing_reader_is_called_again: true,
    promises: FilePromises {
        closed: 9,
        unreadable: 11,
        ..FILES_16.promises
    },
    streams: FileStreams {
        late_write_fails: true,
        ..FILES_16.streams
    },
    ..FILES_16
};

pub(super) const FILES_20: FileRules = FileRules {
    unknown_size_is_read_to_its_end: true,
    text_size_is_not_asked: true,
    promises: FilePromises {
        single: (2, 4),
        stat: (2, 4),
        ..FILES_18.promises
    },
    ..FILES_18
};

pub(super) const FILES_22: FileRules = FileRules {
    tree_listing: TreeListing::Jobs,
    closed_folder_throws_for_entry: false,
    ..FILES_20
};

pub(super) const FILES_26: FileRules = FileRules {
    one_job_files: true,
    tree_listing: TreeListing::OneJob,
    promises: FilePromises {
        stat: (3, 5),
        ..FILES_22.promises
    },
    ..FILES_22
};
