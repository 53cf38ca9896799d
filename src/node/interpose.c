/* Preloaded into a real Node process: decides what time it is and in which order the thread pool gets done.
 *
 * Only time is changed, never what Node does: the main thread's clock stands still unless it is told to go on, which is what
 * a stall looks like from inside; and each pool thread waits between taking a job and doing it, between two system calls of it
 * if it is told to make just one, and between the last and saying that it is done, until it is let go, which is what a slow
 * thread looks like. Queue, threads, wake-ups and the loop stay Node's own.
 *
 * What to do is read from the file named by TICKPROOF_ORDERS: a line `entry JOBS PATH`, the file whose opening begins the program
 * and the jobs it takes to load it if that is done by the pool, then either
 * `random SEED STALL_PERCENT STALL_MS READY_PERCENT` or a plan, poll by poll:
 * `before QUEUED ACT`, `after QUEUED ACT`: what a thread does around the moment when the program queues so many jobs; and
 * `poll BEFORE t... ACTS a... AFTER`: what the readings of the loop clock show until the poll phase (milliseconds since the
 * beginning), what threads do until its end, and what the clock shows after it. An act is the number of a job that completes,
 * counted in the order threads took them, or one after a `w` that is done but does not complete yet, or one after a `c` of
 * which one system call is made.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000LL
/* What looking at a clock costs, so that a program that waits for it gets on. */
#define LOOK 100
#define LOOK_OF_PROGRAM 50000
#define WORKERS 1024

/* HELD before a job, BETWEEN two system calls of it, DONE after it; GONE once the pool ends. */
enum state { RUNNING, IDLE, GONE, HELD, BETWEEN, DONE };

/* How many system calls a thread makes before it waits. */
enum { ANY = -1 };

struct worker {
    _Atomic int state;
    int calls;
    long job;
    sem_t go;
    void *(*entry)(void *);
    void *argument;
};

struct act {
    /* 'w', 'c', or 0. */
    char kind;
    long job;
};

struct poll {
    int befores, acts;
    long *before, after;
    struct act *act;
};

static struct worker workers[WORKERS];
static _Atomic int worker_count;
static _Atomic int wake_ups;
static _Atomic int let_all_go;
static _Atomic long jobs_taken;
static _Atomic(pthread_mutex_t *) queue_mutex;
static _Atomic(pthread_cond_t *) queue_cond;

/* Of the main thread only. */
static char *entry_path;
static int is_random, stall_percent, stall_ms, ready_percent;
/* `moment` is twice the number of jobs queued, less one before the last of them is. */
static struct early {
    long moment;
    struct act act;
} *early;
static int early_length, early_at;
static struct poll *plan;
static int plan_length, plan_at, next_before, next_act;
static int is_loading;
static int64_t now_ns, begin_ns, wall_offset_ns;
static _Atomic int begun;
/* The jobs from first_job on are the program's. */
static long loading_jobs, first_job, moment;
static char *loop;
static size_t loop_size;
static uint64_t seed;

static __thread struct worker *self;
static __thread int thread_kind;

static int is_main(void) {
    if (thread_kind == 0) thread_kind = syscall(SYS_gettid) == getpid() ? 1 : 2;
    return thread_kind == 1;
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* The C library keeps an older pthread_cond_wait under the same name for old programs. */
static void *versioned(const char *name) {
    void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
    return found ? found : dlsym(RTLD_NEXT, name);
}

static unsigned draw(unsigned below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return below == 0 ? 0 : (unsigned)((seed >> 24) % below);
}

static int happens(int percent) { return (int)draw(100) < percent; }

static int64_t real_ns(clockid_t id) {
    REAL(clock_gettime);
    struct timespec t;
    real(id, &t);
    return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static struct act read_act(char **at) {
    while (**at == ' ') ++*at;
    struct act act = {.kind = **at == 'w' || **at == 'c' ? **at : 0};
    *at += act.kind != 0;
    act.job = strtol(*at, at, 10);
    return act;
}

static void read_orders(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) return;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n') line[length - 1] = 0;
        if (strncmp(line, "entry ", 6) == 0) {
            char *at = line + 6;
            loading_jobs = strtol(at, &at, 10);
            entry_path = strdup(at + 1);
        } else if (strncmp(line, "random ", 7) == 0) {
            unsigned long long given;
            is_random = sscanf(line + 7, "%llu %d %d %d", &given, &stall_percent, &stall_ms, &ready_percent) == 4;
            seed = (given + 1) * 0x9E3779B97F4A7C15ULL | 1;
            for (int i = 0; i < 8; i++) draw(1);
        } else if (strncmp(line, "before ", 7) == 0 || strncmp(line, "after ", 6) == 0) {
            early = realloc(early, sizeof *early * (early_length + 1));
            char *at = strchr(line, ' ');
            early[early_length].moment = 2 * strtol(at, &at, 10) - (line[0] == 'b');
            early[early_length++].act = read_act(&at);
        } else if (strncmp(line, "poll ", 5) == 0) {
            plan = realloc(plan, sizeof *plan * (plan_length + 1));
            struct poll *poll = &plan[plan_length++];
            char *at = line + 5;
            poll->befores = strtol(at, &at, 10);
            poll->before = calloc(poll->befores + 1, sizeof(long));
            for (int i = 0; i < poll->befores; i++) poll->before[i] = strtol(at, &at, 10);
            poll->acts = strtol(at, &at, 10);
            poll->act = calloc(poll->acts + 1, sizeof(struct act));
            for (int i = 0; i < poll->acts; i++) poll->act[i] = read_act(&at);
            poll->after = strtol(at, &at, 10);
        }
    }
    free(line);
    fclose(file);
}

__attribute__((constructor)) static void begin_process(void) {
    const char *orders = getenv("TICKPROOF_ORDERS");
    if (orders) read_orders(orders);
    unsetenv("TICKPROOF_ORDERS");
    unsetenv("LD_PRELOAD");
}

/* The program begins: from here on time is ours. The clock starts at a full millisecond, so that equal plans are equal. */
static void begin_program(const char *path) {
    if (begun || !entry_path || !path || strcmp(path, entry_path) != 0) return;
    int64_t mono = real_ns(CLOCK_MONOTONIC);
    now_ns = begin_ns = (mono / MS + 1) * MS;
    wall_offset_ns = real_ns(CLOCK_REALTIME) - mono;
    first_job = self ? self->job + loading_jobs : jobs_taken;
    moment = self ? -2 * (loading_jobs - 1) : 0;
    char *(*default_loop)(void) = (char *(*)(void))dlsym(RTLD_DEFAULT, "uv_default_loop");
    size_t (*size)(void) = (size_t (*)(void))dlsym(RTLD_DEFAULT, "uv_loop_size");
    if (default_loop && size) {
        loop_size = size();
        loop = default_loop();
    }
    begun = 1;
}

static void advance_to(long ms) {
    if (now_ns < begin_ns + ms * MS) now_ns = begin_ns + ms * MS;
}

static void stall(void) {
    if (is_random && happens(stall_percent)) now_ns += (int64_t)draw(stall_ms * 4 + 1) * (MS / 4);
}

/* A reading of the loop clock. */
static void loop_reading(void) {
    if (is_loading) return;
    if (is_random) {
        stall();
    } else if (plan_at < plan_length && next_before < plan[plan_at].befores) {
        advance_to(plan[plan_at].before[next_before++]);
    }
}

/* libuv takes the coarse clock for its loop if it is fine enough: then nobody else reads that one. */
int clock_getres(clockid_t id, struct timespec *t) {
    REAL(clock_getres);
    if (id != CLOCK_MONOTONIC_COARSE || !entry_path) return real(id, t);
    if (t) *t = (struct timespec){0, MS};
    return 0;
}

int clock_gettime(clockid_t id, struct timespec *t) {
    REAL(clock_gettime);
    if (!begun || !is_main()) return real(id == CLOCK_MONOTONIC_COARSE ? CLOCK_MONOTONIC : id, t);
    int64_t ns;
    switch (id) {
    case CLOCK_MONOTONIC_COARSE:
        loop_reading();
        ns = now_ns;
        break;
    case CLOCK_MONOTONIC:
        ns = now_ns += LOOK;
        break;
    case CLOCK_REALTIME:
        ns = (now_ns += LOOK_OF_PROGRAM) + wall_offset_ns;
        break;
    default:
        return real(id, t);
    }
    *t = (struct timespec){ns / (1000 * MS), ns % (1000 * MS)};
    return 0;
}

int gettimeofday(struct timeval *t, void *zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = (int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday");
    if (!begun || !is_main()) return real(t, zone);
    int64_t ns = (now_ns += LOOK_OF_PROGRAM) + wall_offset_ns;
    *t = (struct timeval){ns / (1000 * MS), ns % (1000 * MS) / 1000};
    return 0;
}

static void hold(int state) {
    self->state = state;
    while (!let_all_go && sem_wait(&self->go) != 0) {}
}

/* A pool thread is about to make a system call. */
static void before_call(void) {
    if (!self || self->calls == ANY) return;
    if (self->calls == 0) hold(BETWEEN);
    if (self->calls != ANY) self->calls--;
}

#define CALL(result, name, parameters, ...) \
    result name parameters { \
        REAL(name); \
        before_call(); \
        return real(__VA_ARGS__); \
    }
CALL(ssize_t, read, (int fd, void *to, size_t size), fd, to, size)
CALL(ssize_t, write, (int fd, const void *from, size_t size), fd, from, size)
CALL(ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), fd, to, size, at)
CALL(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), fd, from, size, at)

/* libuv asks for the state of a file this way. */
long syscall(long number, ...) {
    static long (*real)(long, ...);
    if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    va_list rest;
    va_start(rest, number);
    long given[6];
    for (int i = 0; i < 6; i++) given[i] = va_arg(rest, long);
    va_end(rest);
    if (number == SYS_statx) before_call();
    return real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        static int (*real)(const char *, int, ...); \
        if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        va_list rest; \
        va_start(rest, flags); \
        int mode = va_arg(rest, int); \
        va_end(rest); \
        if (self || is_main()) begin_program(path); \
        before_call(); \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

/* The threads of the pool are those that are handed something on the stack of the main thread, which waits for them. */
static void *run_worker(void *given) {
    self = given;
    void *result = self->entry(self->argument);
    self->state = GONE;
    return result;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*entry)(void *), void *argument) {
    REAL(pthread_create);
    char *here = __builtin_frame_address(0);
    int on_stack = (char *)argument > here && (char *)argument < here + (1 << 16);
    if (!entry_path || !is_main() || !on_stack || worker_count == WORKERS) return real(thread, attributes, entry, argument);
    struct worker *worker = &workers[worker_count];
    worker->entry = entry;
    worker->argument = argument;
    worker->state = RUNNING;
    worker->calls = ANY;
    sem_init(&worker->go, 0, 0);
    worker_count++;
    int error = real(thread, attributes, run_worker, worker);
    if (error) worker_count--;
    return error;
}

static void settle(void);
static void act_early(int moments);

/* A worker that goes for the loop's only mutex has done its job. */
static int is_of_loop(pthread_mutex_t *mutex) {
    return loop && (char *)mutex > loop && (char *)mutex < loop + loop_size;
}

int pthread_mutex_lock(pthread_mutex_t *mutex) {
    REAL(pthread_mutex_lock);
    if (self) {
        pthread_mutex_t *none = NULL;
        atomic_compare_exchange_strong(&queue_mutex, &none, mutex);
        if (is_of_loop(mutex)) hold(DONE);
    } else if (begun && worker_count > 0 && is_main()) {
        /* The first job is queued once the threads are there, and each goes for the queue. */
        while (!queue_mutex) sched_yield();
        if (mutex == queue_mutex && !is_random) act_early(1);
    }
    return real(mutex);
}

/* A worker that lets go of the queue has taken a job; the main thread has queued one. */
int pthread_mutex_unlock(pthread_mutex_t *mutex) {
    REAL(pthread_mutex_unlock);
    if (!mutex || mutex != queue_mutex) return real(mutex);
    if (!self) {
        int error = real(mutex);
        if (begun && is_main()) act_early(is_random ? 2 : 1);
        return error;
    }
    self->job = jobs_taken++;
    int error = real(mutex);
    hold(HELD);
    return error;
}

int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex) {
    static int (*real)(pthread_cond_t *, pthread_mutex_t *);
    if (!real) real = (int (*)(pthread_cond_t *, pthread_mutex_t *))versioned("pthread_cond_wait");
    if (!self || mutex != queue_mutex) return real(cond, mutex);
    queue_cond = cond;
    self->state = IDLE;
    int error = real(cond, mutex);
    self->state = RUNNING;
    if (wake_ups > 0) wake_ups--;
    return error;
}

int pthread_cond_signal(pthread_cond_t *cond) {
    static int (*real)(pthread_cond_t *);
    if (!real) real = (int (*)(pthread_cond_t *))versioned("pthread_cond_signal");
    if (cond == queue_cond) {
        int idle = 0;
        for (int i = 0; i < worker_count; i++) idle += workers[i].state == IDLE;
        if (idle > wake_ups) wake_ups++;
    }
    return real(cond);
}

static void let_go(struct worker *worker, int calls) {
    worker->calls = calls;
    worker->state = RUNNING;
    sem_post(&worker->go);
}

static void end_process(void) {
    let_all_go = 1;
    for (int i = 0; i < worker_count; i++)
        if (workers[i].state >= HELD) let_go(&workers[i], ANY);
}

int pthread_join(pthread_t thread, void **result) {
    REAL(pthread_join);
    if (is_main()) end_process();
    return real(thread, result);
}

void exit(int code) {
    static void (*real)(int) __attribute__((noreturn));
    if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "exit");
    end_process();
    real(code);
}

/* Waits until every thread of the pool is held or has no job. */
static void settle(void) {
    REAL(nanosleep);
    for (int round = 0; round < 200000 && !let_all_go; round++) {
        int running = wake_ups;
        for (int i = 0; i < worker_count; i++) running += workers[i].state == RUNNING;
        if (running == 0) return;
        if (round < 100) sched_yield();
        else real(&(struct timespec){0, 20000}, NULL);
    }
}

static int held(struct worker **found) {
    int count = 0;
    for (int i = 0; i < worker_count; i++)
        if (workers[i].state >= HELD) found[count++] = &workers[i];
    return count;
}

static void go_on(struct worker *worker, int calls) {
    if (worker->state != HELD && worker->state != BETWEEN) return;
    let_go(worker, calls);
    settle();
}

static void call(struct worker *worker) { go_on(worker, 1); }

static void work(struct worker *worker) { go_on(worker, ANY); }

static void complete(struct worker *worker) {
    long job = worker->job;
    work(worker);
    if (worker->state == DONE && worker->job == job) {
        let_go(worker, ANY);
        settle();
    }
}

static void at_random(struct worker *worker) {
    void (*const ways[])(struct worker *) = {call, work, work, complete, complete};
    ways[draw(5)](worker);
}

static struct worker *oldest(struct worker **among, int count) {
    struct worker *found = NULL;
    for (int i = 0; i < count; i++)
        if (!found || among[i]->job < found->job) found = among[i];
    return found;
}

static struct worker *holder_of(long job) {
    struct worker *found[WORKERS];
    for (int i = held(found) - 1; i >= 0; i--)
        if (found[i]->job == first_job + job) return found[i];
    return NULL;
}

/* False if no thread has the job. */
static int act(struct act *act) {
    struct worker *worker = holder_of(act->job);
    if (worker) (act->kind == 'w' ? work : act->kind == 'c' ? call : complete)(worker);
    return worker != NULL;
}

/* What threads do while the program queues jobs: before it queues one, or after. */
static void act_early(int moments) {
    moment += moments;
    if (moment <= 0 || (is_random && happens(50))) return;
    settle();
    for (; early_at < early_length && early[early_at].moment <= moment; early_at++) act(&early[early_at].act);
    struct worker *found[WORKERS];
    for (int count; is_random && (count = held(found)) > 0 && happens(ready_percent / 4);)
        at_random(found[draw(count)]);
}

/* How long to wait for what is not ours, such as the engine's threads, before time goes on. */
static int patience(int timeout) { return timeout == 0 ? 0 : timeout < 0 ? -1 : 1; }

static int random_poll(int timeout) {
    struct worker *found[WORKERS];
    int count = held(found);
    if (timeout > 0 && (count == 0 || !happens(ready_percent))) {
        now_ns += timeout * MS;
        return count == 0 ? patience(timeout) : 0;
    }
    if (count == 0) return patience(timeout);
    if (timeout < 0) {
        complete(found[draw(count)]);
        count = held(found);
    }
    while (count > 0 && happens(ready_percent)) {
        struct worker *worker = found[draw(count)];
        if (happens(60)) complete(worker);
        else at_random(worker);
        count = held(found);
    }
    stall();
    return 0;
}

/* The plan has ended: as little as possible happens. */
static int plain_poll(int timeout) {
    struct worker *found[WORKERS];
    int count = held(found);
    if (timeout != 0 && count > 0) {
        complete(oldest(found, count));
        return 0;
    }
    if (timeout > 0) now_ns += timeout * MS;
    return patience(timeout);
}

static int planned_poll(int timeout) {
    struct poll *poll = &plan[plan_at];
    int delivered = 0;
    if (poll->befores > 0) advance_to(poll->before[poll->befores - 1]);
    next_before = poll->befores;
    for (; next_act < poll->acts && act(&poll->act[next_act]); next_act++) delivered += poll->act[next_act].kind == 0;
    if (delivered == 0 && next_act < poll->acts && timeout != 0) {
        /* The job that should complete was never begun: this run has left the plan. */
        plan_at = plan_length;
        return plain_poll(timeout);
    }
    if (next_act == poll->acts) {
        advance_to(poll->after);
        plan_at++;
        next_before = next_act = 0;
    }
    if (delivered == 0 && timeout > 0) return 1;
    return timeout < 0 && delivered == 0 ? -1 : 0;
}

/* Jobs that load the program are done as they come. */
static int load(void) {
    struct worker *found[WORKERS];
    struct worker *next = oldest(found, held(found));
    is_loading = next && next->job < first_job;
    if (is_loading) complete(next);
    return is_loading;
}

static int before_poll(int timeout) {
    settle();
    if (load()) return 0;
    if (is_random) return random_poll(timeout);
    return plan_at < plan_length ? planned_poll(timeout) : plain_poll(timeout);
}

/* Until the program begins, jobs are done as they come. */
static void hurry(void) {
    struct worker *found[WORKERS];
    settle();
    for (int count; (count = held(found)) > 0;) complete(oldest(found, count));
}

static int shown_timeout(int timeout) {
    if (!entry_path || !is_main() || let_all_go) return timeout;
    if (begun) return before_poll(timeout);
    hurry();
    return timeout;
}

int epoll_wait(int fd, struct epoll_event *events, int room, int timeout) {
    REAL(epoll_wait);
    return real(fd, events, room, shown_timeout(timeout));
}

int epoll_pwait(int fd, struct epoll_event *events, int room, int timeout, const sigset_t *mask) {
    REAL(epoll_pwait);
    return real(fd, events, room, shown_timeout(timeout), mask);
}
