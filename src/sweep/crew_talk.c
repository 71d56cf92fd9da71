#include <config.h>

#include "optbench/sweep/crew_talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"

size_t ob_crew_job_write(char out[static OB_CREW_JOB_MAX], const struct ob_crew_job *job)
{
    return (size_t)snprintf(out, OB_CREW_JOB_MAX, "%zu %" PRIu64 "\n", job->cell,
                            job->until);
}

/* ---- reading: the words of a line, one after the other ---- */

struct words {
    const char *at, *end;
    bool bad; /* a word was missing or not what it should be */
};

static const char *word(struct words *w, size_t *n)
{
    const char *start = w->at;
    const char *blank = memchr(start, ' ', (size_t)(w->end - start));
    const char *stop = blank ? blank : w->end;
    *n = (size_t)(stop - start);
    w->at = blank ? blank + 1 : w->end;
    w->bad |= *n == 0;
    return start;
}

static uint64_t count(struct words *w)
{
    size_t n;
    int64_t v = 0;
    const char *text = word(w, &n);
    w->bad |= n == 0 || *text < '0' || *text > '9' || !ob_integer_parse(text, n, &v);
    return (uint64_t)v;
}

static double real(struct words *w)
{
    size_t n;
    double v = 0;
    const char *text = word(w, &n);
    w->bad |= !ob_number_parse(text, n, &v);
    return v;
}

static void copy(char *out, size_t cap, const char *text, size_t n)
{
    n = n < cap - 1 ? n : cap - 1;
    memcpy(out, text, n);
    out[n] = '\0';
}

bool ob_crew_job_read(struct ob_crew_job *job, const char *text, size_t n)
{
    if (n && text[n - 1] == '\n')
        n--;
    struct words w = { text, text + n, false };
    job->cell = (size_t)count(&w);
    job->until = count(&w);
    return !w.bad && w.at == w.end;
}

/* ---- what a worker says ---- */

static void add_number(struct ob_buf *out, double v)
{
    char text[OB_NUMBER_MAX];
    ob_number_write(text, v);
    ob_buf_addf(out, " %s", text);
}

void ob_crew_begin_write(struct ob_buf *out, size_t cell)
{
    ob_buf_addf(out, "begin %zu\n", cell);
}

void ob_crew_end_write(struct ob_buf *out, size_t cell, const struct ob_cell_end *end)
{
    ob_buf_addf(out, "end %zu %d %s %s %" PRIu64 " %" PRIu64, cell, end->status,
                ob_run_state_name(end->state), end->stop[0] ? end->stop : "-", end->steps,
                end->from);
    add_number(out, end->loss);
    add_number(out, end->best_loss);
    add_number(out, end->seconds);
    ob_buf_addf(out, " %d %d ", end->halted, end->busy);
    for (const char *c = end->message; *c; c++)
        ob_buf_addc(out, (unsigned char)*c < ' ' ? ' ' : *c);
    ob_buf_addc(out, '\n');
}

static void read_end(struct words *w, struct ob_cell_end *end)
{
    size_t n;
    char state[32];
    *end = (struct ob_cell_end){ .status = (int)(count(w) & 0xff) };
    const char *text = word(w, &n);
    copy(state, sizeof state, text, n);
    end->state = ob_run_state_find(state);
    text = word(w, &n);
    if (n != 1 || *text != '-')
        copy(end->stop, sizeof end->stop, text, n);
    end->steps = count(w);
    end->from = count(w);
    end->loss = real(w);
    end->best_loss = real(w);
    end->seconds = real(w);
    end->halted = count(w) != 0;
    end->busy = count(w) != 0;
    copy(end->message, sizeof end->message, w->at, (size_t)(w->end - w->at));
}

enum ob_crew_word ob_crew_read(const char *text, size_t n, size_t *cell,
                               struct ob_cell_end *end)
{
    struct words w = { text, text + n, false };
    size_t len;
    const char *verb = word(&w, &len);
    bool begins = len == 5 && memcmp(verb, "begin", 5) == 0;
    if (!begins && (len != 3 || memcmp(verb, "end", 3) != 0))
        return OB_CREW_NOTHING;
    *cell = (size_t)count(&w);
    if (begins)
        return w.bad || w.at != w.end ? OB_CREW_NOTHING : OB_CREW_BEGIN;
    read_end(&w, end);
    return w.bad ? OB_CREW_NOTHING : OB_CREW_END;
}
