#include <config.h>

#include "optbench/run/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "append.h"
#include "optbench/base/clock.h"
#include "optbench/base/log.h"
#include "optbench/base/number.h"

#define WATCHED_NS INT64_C(10000000)
#define ALONE_NS   INT64_C(500000000)

enum { TIMING_MAX = 64 << 20 };

static void header(const struct ob_columns *c, struct ob_buf *out)
{
    ob_buf_adds(out, "step");
    for (size_t i = 0; i < c->width; i++) {
        ob_buf_addc(out, ',');
        ob_buf_adds(out, c->name[i]);
    }
    ob_buf_addc(out, '\n');
}

/* The log that is taken up must be this experiment's, and the place an end of a line. */
static bool check_log(const struct ob_recorder *r, const struct ob_recorder_place *at,
                      struct ob_err *err)
{
    struct ob_buf want = { 0 }, have = { 0 };
    char last = 0;
    header(r->columns, &want);
    char *room = ob_buf_reserve(&have, want.len);
    int fd = ob_rundir_file(r->dir, "metrics.csv", O_RDONLY, err);
    bool ok = fd >= 0;
    if (ok && (pread(fd, room, want.len, 0) != (ssize_t)want.len ||
               memcmp(room, want.data, want.len) != 0))
        ok = ob_fail(err, OB_EDATA, "%s/metrics.csv: not the log of this experiment",
                     r->dir->path);
    if (ok && (pread(fd, &last, 1, (off_t)at->bytes - 1) != 1 || last != '\n'))
        ok = ob_fail(err, OB_EDATA,
                     "%s/metrics.csv: no line ends where its checkpoint says",
                     r->dir->path);
    if (fd >= 0)
        close(fd);
    ob_buf_finish(&want);
    ob_buf_finish(&have);
    return ok;
}

/* Length of timing.csv up to the last line whose step is not above `step`; *seconds is
 * what it says. */
static uint64_t timing_until(const struct ob_rundir *dir, uint64_t step, double *seconds)
{
    struct ob_buf text = { 0 };
    uint64_t keep = 0;
    *seconds = 0;
    if (!ob_rundir_read(dir, "timing.csv", TIMING_MAX, &text, NULL))
        ob_buf_clear(&text);
    const char *s = ob_buf_text(&text), *end;
    for (size_t at = 0; (end = strchr(s + at, '\n')); at = keep) {
        size_t n = (size_t)(end - (s + at)), digits;
        double k, t;
        digits = ob_number_scan(s + at, n, &k);
        if (digits && digits < n && k > (double)step)
            break;
        if (digits && digits < n &&
            ob_number_parse(s + at + digits + 1, n - digits - 1, &t))
            *seconds = t;
        keep = at + n + 1;
    }
    ob_buf_finish(&text);
    return keep;
}

bool ob_recorder_open(struct ob_recorder *r, const struct ob_rundir *dir,
                      const struct ob_columns *columns,
                      const struct ob_recorder_place *at, struct ob_err *err)
{
    double seconds = 0;
    uint64_t timing = 0;
    *r = (struct ob_recorder){ .dir = dir, .columns = columns, .log = -1 };
    r->metrics.fd = r->timing.fd = r->events.fd = -1;
    bool anew = !at || at->bytes == 0;
    if (!anew && !check_log(r, at, err))
        return false;
    if (!anew)
        timing = timing_until(dir, at->step, &seconds);
    if (!ob_append_open(&r->metrics, dir, "metrics.csv", anew ? 0 : at->bytes, err) ||
        !ob_append_open(&r->timing, dir, "timing.csv", timing, err) ||
        !ob_append_open(&r->events, dir, "events.jsonl", UINT64_MAX, err))
        return false;
    r->log = ob_rundir_file(dir, "log.txt", O_WRONLY | O_CREAT | O_APPEND, err);
    if (r->log < 0)
        return false;
    ob_log_open(r->log);
    r->begun = ob_clock_ns() - (int64_t)(seconds * 1e9);
    if (anew)
        header(columns, &r->metrics.buf);
    if (timing == 0)
        ob_buf_adds(&r->timing.buf, "step,seconds\n");
    r->rows = anew ? 0 : at->rows;
    r->step = anew ? 0 : at->step;
    r->timed = anew ? 0 : at->step + 1;
    r->mark[r->rows % OB_RECORDER_MARKS] = r->metrics.size + r->metrics.buf.len;
    return ob_recorder_flush(r, false, err);
}

void ob_recorder_finish(struct ob_recorder *r)
{
    if (r->dir && r->metrics.open)
        ob_recorder_flush(r, false, NULL);
    ob_append_finish(&r->metrics);
    ob_append_finish(&r->timing);
    ob_append_finish(&r->events);
    if (r->dir && r->log >= 0) {
        ob_log_close();
        close(r->log);
    }
    *r = (struct ob_recorder){ .log = -1 };
}

static void touched(struct ob_recorder *r)
{
    if (!r->dirty)
        r->dirty = ob_clock_ns();
}

void ob_recorder_row(struct ob_recorder *r, const struct ob_row *row)
{
    struct ob_buf *out = &r->metrics.buf;
    if (r->failed.code != OB_OK)
        return;
    out->len += ob_count_write(ob_buf_reserve(out, OB_NUMBER_MAX), row->step);
    for (size_t i = 0; i < r->columns->width; i++) {
        char *at = ob_buf_reserve(out, OB_NUMBER_MAX + 1);
        *at = ',';
        out->len++;
        if (ob_row_has(row, i))
            out->len += ob_number_write(at + 1, row->v[i]);
        else
            at[1] = '\0';
    }
    ob_buf_addc(out, '\n');
    r->rows++;
    r->step = row->step;
    r->mark[r->rows % OB_RECORDER_MARKS] = r->metrics.size + out->len;
    touched(r);
    if (out->len >= OB_RECORDER_BYTES)
        ob_recorder_flush(r, false, NULL);
}

void ob_recorder_event(struct ob_recorder *r, const struct ob_event *e)
{
    if (r->failed.code != OB_OK)
        return;
    ob_event_write(e, &r->events.buf);
    touched(r);
}

/* One line for all rows of a flush: the newest step and the time it was seen at. */
static void time_line(struct ob_recorder *r)
{
    char text[OB_NUMBER_MAX];
    if (r->rows == 0 || r->timed == r->step + 1)
        return;
    int64_t us = (ob_clock_ns() - r->begun) / 1000;
    ob_number_write(text, (double)us / 1e6);
    ob_buf_addf(&r->timing.buf, "%" PRIu64 ",%s\n", r->step, text);
    r->timed = r->step + 1;
}

bool ob_recorder_flush(struct ob_recorder *r, bool sync, struct ob_err *err)
{
    if (r->failed.code == OB_OK) {
        struct ob_err *bad = &r->failed;
        time_line(r);
        if (ob_append_flush(&r->metrics, r->dir, bad) &&
            ob_append_flush(&r->events, r->dir, bad) &&
            ob_append_flush(&r->timing, r->dir, bad) && sync && !r->dir->lazy &&
            fdatasync(r->metrics.fd) != 0 && errno != EINVAL && errno != EROFS)
            ob_fail(bad, OB_EIO, "%s/metrics.csv: %s", r->dir->path,
                    ob_errno_text(errno));
        r->rows -= r->metrics.lost; /* the failure has come just now */
        r->dirty = 0;
        r->flushed = ob_clock_ns();
    }
    if (err && r->failed.code != OB_OK)
        *err = r->failed;
    return r->failed.code == OB_OK;
}

int64_t ob_recorder_due(const struct ob_recorder *r, bool watched)
{
    if (!r->dirty || r->failed.code != OB_OK)
        return INT64_MAX;
    if (!watched)
        return r->dirty + ALONE_NS;
    int64_t next = r->flushed + WATCHED_NS;
    return next > r->dirty ? next : r->dirty;
}

uint64_t ob_recorder_offset(const struct ob_recorder *r, uint64_t rows)
{
    OB_REQUIRE(rows <= r->rows && r->rows - rows < OB_RECORDER_MARKS);
    return r->mark[rows % OB_RECORDER_MARKS];
}
