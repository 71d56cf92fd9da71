#include <config.h>

#include "bytes.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "optbench/base/mem.h"

/* The only file that includes zlib's header. */

#define BLOCK ((size_t)256 << 10)

/* Deflate packs at most 1032 bytes into one (zlib's "Technical Details"). */
#define PACKED_MOST ((size_t)1032)

/* zlib's window, and 16 for "a gzip archive". */
enum { WINDOW = MAX_WBITS + 16 };

struct ob_bytes_state {
    int fd;                      /* -1: from memory */
    const unsigned char *memory; /* [size] */
    unsigned char *block;        /* [BLOCK], owned; NULL from memory */
    const unsigned char *next;   /* [left] what was read and not used */
    size_t left;
    z_stream stream;
    bool stream_open; /* `stream` is inside an archive */
};

static void fail(struct ob_bytes *b, enum ob_code code, const char *what)
{
    ob_diags_add(b->diags, code, b->name, 0, "%s", what);
    b->failed = true;
}

/* Makes next[0 .. left) more than nothing, unless that was all. */
static void refill(struct ob_bytes *b)
{
    struct ob_bytes_state *s = b->state;
    while (s->left == 0 && !b->failed && b->used < b->size) {
        size_t want = b->size - b->used < BLOCK ? b->size - b->used : BLOCK;
        ssize_t got = (ssize_t)want;
        s->next = s->memory ? s->memory + b->used : s->block;
        if (s->fd >= 0)
            got = read(s->fd, s->block, want);
        if (got > 0) {
            s->left = (size_t)got;
            b->used += (size_t)got;
        } else if (got == 0) {
            b->size = b->used; /* it has become shorter */
        } else if (errno != EINTR) {
            fail(b, OB_EIO, ob_errno_text(errno));
        }
    }
}

static bool start(struct ob_bytes *b)
{
    struct ob_bytes_state *s = b->state;
    refill(b);
    b->packed = s->left >= 2 && s->next[0] == 0x1f && s->next[1] == 0x8b;
    if (b->packed && inflateInit2(&s->stream, WINDOW) != Z_OK)
        fail(b, OB_ENOMEM, "no memory to unpack it");
    s->stream_open = b->packed && !b->failed;
    return !b->failed;
}

static void init(struct ob_bytes *b, const char *name, struct ob_diags *diags)
{
    *b = (struct ob_bytes){ .name = name, .diags = diags };
    b->state = ob_xcalloc(1, sizeof *b->state);
    b->state->fd = -1;
}

bool ob_bytes_open(struct ob_bytes *b, const char *path, struct ob_diags *diags)
{
    init(b, path, diags);
    b->state->fd = ob_data_open(path, &b->size, diags);
    b->failed = b->state->fd < 0;
    if (!b->failed)
        b->state->block = ob_xmalloc(BLOCK);
    return !b->failed && start(b);
}

bool ob_bytes_memory(struct ob_bytes *b, const void *p, size_t n, const char *name,
                     struct ob_diags *diags)
{
    init(b, name, diags);
    b->state->memory = p;
    b->size = n;
    return start(b);
}

void ob_bytes_close(struct ob_bytes *b)
{
    struct ob_bytes_state *s = b->state;
    if (!s)
        return;
    if (s->stream_open)
        inflateEnd(&s->stream);
    if (s->fd >= 0)
        close(s->fd);
    free(s->block);
    free(s);
    b->state = NULL;
}

size_t ob_bytes_most(const struct ob_bytes *b)
{
    size_t most;
    if (!b->packed)
        return b->size;
    return __builtin_mul_overflow(b->size, PACKED_MOST, &most) ? SIZE_MAX : most;
}

static size_t read_plain(struct ob_bytes *b, unsigned char *to, size_t n)
{
    struct ob_bytes_state *s = b->state;
    size_t done = 0;
    while (done < n) {
        refill(b);
        if (s->left == 0)
            break;
        size_t take = n - done < s->left ? n - done : s->left;
        memcpy(to + done, s->next, take);
        s->next += take;
        s->left -= take;
        done += take;
    }
    return done;
}

/* An archive may be followed by another one, which goes on with the same file (RFC 1952,
 * section 2.2). */
static void next_member(struct ob_bytes *b)
{
    struct ob_bytes_state *s = b->state;
    refill(b);
    if (s->left > 0 && !b->failed)
        inflateReset(&s->stream);
    else
        s->stream_open = inflateEnd(&s->stream) != Z_OK;
}

/* One round of unpacking into to[0 .. n); returns how many bytes came. */
static size_t unpack(struct ob_bytes *b, unsigned char *to, size_t n)
{
    struct ob_bytes_state *s = b->state;
    uInt room = n < INT_MAX ? (uInt)n : INT_MAX;
    refill(b);
    if (s->left == 0 && !b->failed)
        fail(b, OB_EDATA, "the archive is cut off");
    if (b->failed)
        return 0;
    s->stream.next_in = (unsigned char *)(uintptr_t)s->next; /* zlib only reads there */
    s->stream.avail_in = (uInt)s->left;
    s->stream.next_out = to;
    s->stream.avail_out = room;
    int status = inflate(&s->stream, Z_NO_FLUSH);
    s->next = s->stream.next_in;
    s->left = s->stream.avail_in;
    if (status == Z_STREAM_END)
        next_member(b);
    else if (status == Z_MEM_ERROR)
        fail(b, OB_ENOMEM, "no memory to unpack it");
    else if (status != Z_OK && status != Z_BUF_ERROR)
        fail(b, OB_EDATA, "the archive is damaged");
    return room - s->stream.avail_out;
}

size_t ob_bytes_read(struct ob_bytes *b, void *to, size_t n)
{
    size_t done = 0;
    if (!b->packed && !b->failed)
        done = read_plain(b, to, n);
    while (b->packed && done < n && b->state->stream_open && !b->failed)
        done += unpack(b, (unsigned char *)to + done, n - done);
    b->at += done;
    return done;
}
