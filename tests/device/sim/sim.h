/*
 * A CUDA driver without a GPU, for tests: libcuda, NVRTC, cuBLAS and NVML in one shared
 * object, which OPTBENCH_LIBCUDA and its sisters name. It is meant to be less forgiving
 * than the real thing:
 *
 *   - Device memory is not at its addresses, which nobody on the host can read or write.
 *     An allocation ends at a page that is not there, is guarded in front, and begins as
 *     NaN and -1.
 *   - Streams are lazy: work is done when somebody waits for it, copies from and to host
 *     memory included; the target of a copy to the host is overwritten when it is asked
 *     for. So whoever does not wait sees it.
 *   - Kernels are the same texts, compiled by the C compiler; the work-items of a group
 *     run one after the other from barrier to barrier, in any order that is asked for.
 *   - Any call can be made to fail, or to do nothing, as if it had been forgotten.
 *
 * What is wrong is told on stderr and counted; a process in which anything was wrong, or
 * that leaves device objects behind, ends with status 99.
 *
 * OPTBENCH_SIM has words with commas between them; sim_set() takes the same:
 *
 *   eager            work is done at once
 *   order=reversed   groups and work-items from the last to the first (forward, shuffled)
 *   fail=CALL:N:CODE the N-th call of CALL fails, by itself with a likely code; "any" is
 *                    every call, "work" the N-th piece of work that a stream does
 *   drop=CALL:N      the N-th call of CALL does nothing and says that it did; without :N
 *                    all do. "barrier" stands for __syncthreads() in kernels, then N is
 *                    the barrier's line in the text as it was compiled
 *   memory=BYTES     of the device
 *   cc=90            compute capability
 *   devices=N        how many there are
 *   units=N          multiprocessors of each, 2 unless told
 *   poll=N           pieces of work that a question for an event gets done, 4 unless told
 *   driver=13000     version that the driver says it has
 *   count=FILE       at the end, "NAME CALLS" for each call is appended there
 *   barriers=FILE    the lines of the barriers that were met are appended there
 *   lenient          leaks and mistakes are told, but leave the exit status alone
 *
 * OPTBENCH_SIM_CACHE names a folder where compiled kernels are kept.
 */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_API __attribute__((visibility("default")))

enum {
    SIM_GO = -1, /* sim_enter(): the call is to be made */
    SIM_ARGS = 32,
    SIM_LANES = 1024,
    SIM_POISON = 0xff, /* NaN in both precisions */
    SIM_CANARY = 0xc5,
};

/* Codes of the driver API. */
enum {
    SIM_OK = 0,
    SIM_INVALID_VALUE = 1,
    SIM_OUT_OF_MEMORY = 2,
    SIM_NOT_INITIALIZED = 3,
    SIM_NO_DEVICE = 100,
    SIM_INVALID_DEVICE = 101,
    SIM_INVALID_IMAGE = 200,
    SIM_INVALID_CONTEXT = 201,
    SIM_NO_BINARY = 209,
    SIM_INVALID_HANDLE = 400,
    SIM_NOT_FOUND = 500,
    SIM_NOT_READY = 600,
    SIM_ILLEGAL_ADDRESS = 700,
    SIM_OUT_OF_RESOURCES = 701,
    SIM_LAUNCH_FAILED = 719,
    SIM_NOT_SUPPORTED = 801,
    SIM_CAPTURE_UNSUPPORTED = 900,
    SIM_CAPTURE_INVALIDATED = 901,
    SIM_UNKNOWN = 999,
};

/* ---- sim.c: settings, injected failures, the account of what is wrong ---- */

enum sim_order { SIM_FORWARD, SIM_REVERSED, SIM_SHUFFLED };

struct sim_pick {
    char name[64]; /* "" = none */
    long at;       /* 0 = all */
    int code;      /* 0 = the likely one */
};

struct sim {
    bool eager, lenient;
    enum sim_order order;
    struct sim_pick fail, drop;
    uint64_t memory;
    int cc, devices, units, driver;
    long poll;
    char count[512], barriers[512];
    int sticky; /* what a kernel did has ended this context */
};
extern struct sim sim;
extern __thread void *sim_current; /* the context of this thread */

/* What a call needs. */
enum { SIM_ANYWHERE, SIM_INITIALIZED, SIM_CONTEXT, SIM_UNCAPTURED };

/* Counts the call and takes the lock: SIM_GO, or the code to return (0 where the call is
 * to be left out). `likely` is what it fails with. Every call ends in sim_leave(), which
 * hands its argument through. */
int sim_enter(const char *name, int needs, int likely);
int sim_leave(int rc);

/* Whether a call that gives something back does so all the same: a context that a kernel
 * has ended, or an injected failure, refuses it in words only. */
bool sim_gives_back(int rc);

/* Whether this piece of work fails; whether this barrier is left out. */
bool sim_work_fails(void);
bool sim_barrier_dropped(int line);

/* Something is wrong: said on stderr, and counted. */
void sim_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For tests in the same process (dlsym): new settings, words as above, "" for none; how
 * many mistakes there were since the last call, their texts appended to a line each; what
 * is alive, as words. */
SIM_API void sim_set(const char *words);
SIM_API size_t sim_faults(char *text, size_t size);
SIM_API size_t sim_alive(char *text, size_t size);
SIM_API long sim_calls(const char *name);

/* One more or less of the objects of a kind ("event") is alive. */
void sim_count(const char *kind, int by);

/* ---- memory.c ---- */

struct sim_block {
    uint64_t address; /* for the host; nothing is there */
    size_t size;
    unsigned char *data, *map;
    size_t map_size;
    struct sim_block *next;
};

bool sim_memory_init(void);
int sim_memory_alloc(size_t size, uint64_t *address);
int sim_memory_free(uint64_t address);
/* Where bytes [address, + size) of device memory are, NULL where they are none. */
void *sim_memory_at(uint64_t address, size_t size);
struct sim_block *sim_memory_block(uint64_t address);
bool sim_memory_is_device(uint64_t address); /* in the range of device addresses */
/* Looks at the guards of one block. */
void sim_memory_check(const struct sim_block *b, const char *after);
/* Words for an address that a kernel had no business at. */
void sim_memory_describe(const void *at, char *text, size_t size);
size_t sim_memory_used(void);
int sim_host_alloc(size_t size, void **p);
int sim_host_free(void *p);

/* ---- kernels.c: modules and the kernels in them ---- */

struct sim_here {
    struct {
        unsigned x, y, z;
    } lane, group, lanes, groups;
    void (*barrier)(int line);
};

struct sim_kernel {
    struct sim_module *module;
    char name[128];
    void (*call)(void **args);
    const unsigned *arg; /* how many, then for each its bytes, + SIM_POINTER */
    unsigned bounds;     /* of __launch_bounds__, 0 = none */
    struct sim_kernel *next;
};
enum { SIM_POINTER = 0x100 };

struct sim_module {
    void *so;
    int fd;                /* of the file that `so` is in */
    unsigned char *shared; /* what __shared__ variables are in, or NULL */
    size_t shared_size;
    struct sim_kernel *kernels;
};

/* The image that compile.c makes, in front of a shared object. */
struct sim_image {
    char magic[8]; /* "OBSIM" */
    int arch;      /* 90 */
    int exact;     /* a cubin, for that architecture alone */
    uint64_t size, sum;
};
uint64_t sim_hash(const void *p, size_t n, uint64_t seed);

int sim_module_load(const void *image, struct sim_module **out);
void sim_module_free(struct sim_module *m);
int sim_module_kernel(struct sim_module *m, const char *name, struct sim_kernel **out);

/* ---- compile.c: from text to image ---- */

/* What options said. */
struct sim_options {
    int arch;
    bool exact, contract;
    const char *define[64]; /* as the compiler takes them, ended by NULL */
    int defines;
};

/* False where the compiler refuses it. *log (for free()) is what it said, or NULL. */
bool sim_compile(const char *source, const struct sim_options *o, struct sim_image **out,
                 char **log);

/* ---- lanes.c: the work-items of a launch ---- */

extern struct sim_here sim_here;

/* From here on mistakes of memory are told. */
void sim_lanes_watch(void);

/* args: as the kernel takes them. SIM_OK, or the code with which the context ends. */
int sim_lanes_run(const struct sim_kernel *k, unsigned groups, unsigned lanes,
                  void **args);

/* ---- stream.c ---- */

/* A piece of work; run() gets `data`. */
struct sim_work {
    enum { SIM_SET, SIM_UP, SIM_DOWN, SIM_COPY, SIM_KERNEL, SIM_CALL, SIM_GRAPH } kind;
    uint64_t to, from; /* device addresses */
    void *host;
    size_t size;
    int value;
    struct sim_kernel *kernel;
    unsigned groups, lanes;
    uint64_t arg[SIM_ARGS];
    struct sim_graph *graph;
    int (*run)(const void *data);
    unsigned char data[128];
    struct sim_work *next;
};

struct sim_graph {
    struct sim_work *head, **tail;
    int uses;
};

struct sim_stream {
    struct sim_work *head, **tail;
    uint64_t put, done;
    struct sim_graph *capture;
    bool relaxed; /* the capture allows what has nothing to do with it */
    bool broken;  /* something was done that a capture does not allow */
    struct sim_stream *next;
};

struct sim_stream *sim_stream_create(void);
void sim_stream_destroy(struct sim_stream *s);
/* NULL where it is none. */
struct sim_stream *sim_stream_of(const void *handle);
/* Whether a capture is in hand that other calls would disturb: it is broken then. */
bool sim_stream_disturbed(void);
bool sim_stream_begin(struct sim_stream *s, bool relaxed);
int sim_stream_put(struct sim_stream *s, const struct sim_work *w);
/* Does work until `done` pieces are; all streams until they are empty. */
int sim_stream_run(struct sim_stream *s, uint64_t until);
int sim_stream_run_all(void);
struct sim_graph *sim_graph_copy(const struct sim_graph *g);
void sim_graph_release(struct sim_graph *g);

#endif
