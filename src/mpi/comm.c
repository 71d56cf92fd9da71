#include <config.h>

#include "comm.h"

#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "optbench/num/kernels.h"

enum { TAG_SUM = 1, TAG_TELL, TAG_LINE, TAG_STOP };

/* Elements, or bytes, of one message: MPI counts them by int. */
enum { PIECE = 1 << 26 };

/* A wait goes on without sleep for so long, then naps, each longer than the one before.
 */
#define AWAKE_NS    INT64_C(3000000)
#define NAP_NS      20000L
#define LONG_NAP_NS 1000000L

/* ---- waiting ---- */

struct wait {
    int64_t since; /* monotonic; 0 = has not begun */
    unsigned looks;
    long nap;
};

/* Between two looks. The processor is offered to others at once: they may be the ranks
 * that are waited for. */
static void linger(struct wait *w)
{
    enum { QUIET = 64 };
    if (++w->looks < QUIET)
        return;
    if (w->looks == QUIET) {
        w->since = ob_clock_ns();
        w->nap = NAP_NS;
    }
    if (ob_clock_ns() - w->since < AWAKE_NS) {
        sched_yield();
        return;
    }
    nanosleep(&(const struct timespec){ .tv_nsec = w->nap }, NULL);
    w->nap = w->nap * 2 < LONG_NAP_NS ? w->nap * 2 : LONG_NAP_NS;
}

static void finish_all(MPI_Request *request, int n)
{
    struct wait w = { 0 };
    int done = 0;
    while (MPI_Testall(n, request, &done, MPI_STATUSES_IGNORE) == MPI_SUCCESS && !done)
        linger(&w);
}

/* The size of a message that has come, and its sender. */
static int await(int from, int tag, int *source)
{
    struct wait w = { 0 };
    MPI_Status status;
    int there = 0, size = 0;
    while (MPI_Iprobe(from, tag, MPI_COMM_WORLD, &there, &status) == MPI_SUCCESS &&
           !there)
        linger(&w);
    MPI_Get_count(&status, MPI_BYTE, &size);
    *source = status.MPI_SOURCE;
    return size;
}

/* ---- sums ---- */

static void *room(struct comm *c, size_t size)
{
    if (size > c->room_size) {
        free(c->room);
        c->room = ob_xcalloc(1, size);
        c->room_size = size;
    }
    return c->room;
}

/* v [n] becomes v + that of `other`, there as here: both have the same two numbers, and a
 * sum of two does not depend on their order. */
static void exchange(struct comm *c, unsigned other, enum ob_dtype dtype, size_t n,
                     void *v)
{
    const size_t bytes = n * ob_dtype_size(dtype);
    MPI_Request request[2];
    char *theirs = room(c, bytes);
    MPI_Irecv(theirs, (int)bytes, MPI_BYTE, (int)other, TAG_SUM, MPI_COMM_WORLD,
              &request[0]);
    MPI_Isend(v, (int)bytes, MPI_BYTE, (int)other, TAG_SUM, MPI_COMM_WORLD, &request[1]);
    finish_all(request, 2);
    ob_kernels(dtype)->axpy(n, 1, theirs, v);
}

/* The last levels of the tree of num/kernels.h: rank r and rank r + half. Both halves
 * compute them, so that all ranks have the sum without being told. */
static void sum_tree(struct comm *c, enum ob_dtype dtype, size_t n, void *v)
{
    for (unsigned half = c->ranks / 2; half > 0; half /= 2)
        exchange(c, c->rank ^ half, dtype, n, v);
}

static void sum_fast(enum ob_dtype dtype, size_t n, void *v)
{
    MPI_Request request;
    MPI_Iallreduce(MPI_IN_PLACE, v, (int)n, dtype == OB_F32 ? MPI_FLOAT : MPI_DOUBLE,
                   MPI_SUM, MPI_COMM_WORLD, &request);
    finish_all(&request, 1);
}

static void sum(struct ob_share *s, enum ob_dtype dtype, size_t n, void *v)
{
    const size_t most = PIECE / ob_dtype_size(dtype);
    for (size_t at = 0; at < n; at += most) {
        size_t piece = n - at < most ? n - at : most;
        char *from = (char *)v + at * ob_dtype_size(dtype);
        if (s->fast)
            sum_fast(dtype, piece, from);
        else
            sum_tree(s->self, dtype, piece, from);
    }
}

/* ---- what rank 0 tells ---- */

/* On to those whose number is this rank's and one more bit, below its lowest one. */
static void pass_on(const struct comm *c, const void *data, size_t size)
{
    MPI_Request request[32];
    int n = 0;
    unsigned bit = 1;
    while (bit < c->ranks && !(c->rank & bit))
        bit *= 2;
    for (bit /= 2; bit > 0; bit /= 2)
        if (c->rank + bit < c->ranks)
            MPI_Isend(data, (int)size, MPI_BYTE, (int)(c->rank + bit), TAG_TELL,
                      MPI_COMM_WORLD, &request[n++]);
    finish_all(request, n);
}

/* The length, then pieces: a text may be longer than one message. */
static void tell(struct ob_share *s, const void *data, size_t size)
{
    struct comm *c = s->self;
    const uint64_t length = size;
    c->told = true;
    pass_on(c, &length, sizeof length);
    for (size_t at = 0; at < size; at += PIECE)
        pass_on(c, (const char *)data + at, size - at < PIECE ? size - at : PIECE);
}

static void hear_piece(struct comm *c, void *to)
{
    int from, size = await(MPI_ANY_SOURCE, TAG_TELL, &from);
    MPI_Recv(to, size, MPI_BYTE, from, TAG_TELL, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    pass_on(c, to, (size_t)size);
}

static void hear(struct ob_share *s, struct ob_buf *text)
{
    struct comm *c = s->self;
    uint64_t length = 0;
    hear_piece(c, &length);
    ob_buf_clear(text);
    ob_buf_reserve(text, (size_t)length);
    for (uint64_t at = 0; at < length; at += PIECE)
        hear_piece(c, text->data + at);
    text->len = (size_t)length;
    if (text->data)
        text->data[length] = '\0';
}

static void fail(struct ob_share *s, const struct ob_err *err)
{
    const struct comm *c = s->self;
    char safe[sizeof err->text * 2];
    fprintf(stderr, "optbench-mpi: rank %u of %u: %s\n", c->rank, c->ranks,
            ob_text_safe_z(safe, sizeof safe, err->text));
    MPI_Abort(MPI_COMM_WORLD, ob_code_exit(err->code));
    abort();
}

/* ---- life ---- */

bool comm_begin(struct comm *c, struct ob_err *err)
{
    int have = MPI_THREAD_SINGLE, rank = 0, ranks = 1;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &have) != MPI_SUCCESS)
        return ob_fail(err, OB_EFAIL, "MPI cannot be started");
    if (have < MPI_THREAD_SERIALIZED) {
        MPI_Finalize();
        return ob_fail(err, OB_EFAIL,
                       "this MPI cannot be called by a training thread "
                       "(MPI_THREAD_SERIALIZED)");
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    *c = (struct comm){ .rank = (unsigned)rank, .ranks = (unsigned)ranks };
    c->share = (struct ob_share){ .rank = c->rank,
                                  .ranks = c->ranks,
                                  .self = c,
                                  .sum = sum,
                                  .tell = tell,
                                  .hear = hear,
                                  .fail = fail };
    return true;
}

void comm_end(struct comm *c)
{
    free(c->room);
    c->room = NULL;
    c->room_size = 0;
    MPI_Finalize();
}

/* ---- lines ---- */

void comm_send(struct comm *c, unsigned to, const char *text)
{
    MPI_Request request;
    (void)c;
    MPI_Isend(text, (int)strlen(text), MPI_BYTE, (int)to, TAG_LINE, MPI_COMM_WORLD,
              &request);
    finish_all(&request, 1);
}

bool comm_ready(struct comm *c)
{
    int there = 0;
    (void)c;
    MPI_Iprobe(MPI_ANY_SOURCE, TAG_LINE, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
    return there;
}

unsigned comm_take(struct comm *c, struct ob_buf *text)
{
    int from, size = await(MPI_ANY_SOURCE, TAG_LINE, &from);
    (void)c;
    ob_buf_clear(text);
    ob_buf_reserve(text, (size_t)size);
    MPI_Recv(text->data, size, MPI_BYTE, from, TAG_LINE, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    text->len = (size_t)size;
    text->data[size] = '\0';
    return (unsigned)from;
}

bool comm_wait(struct comm *c, int64_t ns)
{
    const int64_t until = ob_clock_ns() + ns;
    struct wait w = { 0 };
    while (!comm_ready(c)) {
        if (ob_clock_ns() >= until)
            return false;
        linger(&w);
    }
    return true;
}

void comm_stop(struct comm *c, unsigned to)
{
    MPI_Request request;
    (void)c;
    MPI_Isend(NULL, 0, MPI_BYTE, (int)to, TAG_STOP, MPI_COMM_WORLD, &request);
    finish_all(&request, 1);
}

bool comm_stopped(struct comm *c)
{
    int there = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, TAG_STOP, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
    if (there)
        MPI_Recv(NULL, 0, MPI_BYTE, MPI_ANY_SOURCE, TAG_STOP, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    c->stopped |= there;
    return c->stopped;
}
