#include <config.h>

#include "optbench/run/events.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "optbench/base/clock.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { LINE_MAX_BYTES = 1 << 16, POLL_MAX = 8 << 20, KEPT = 4096 };

void ob_event_write(const struct ob_event *e, struct ob_buf *out)
{
    struct ob_json j = { .out = out };
    char date[21];
    ob_clock_iso(date, e->time);
    ob_json_begin_object(&j);
    ob_field_put_text(&j, "event", e->kind);
    ob_field_put_count(&j, "step", e->step);
    if (e->key[0])
        ob_field_put_text(&j, "key", e->key);
    if (!isnan(e->old))
        ob_field_put_num(&j, "old", e->old);
    if (!isnan(e->fresh))
        ob_field_put_num(&j, "new", e->fresh);
    else if (e->word[0])
        ob_field_put_text(&j, "new", e->word);
    if (e->text[0])
        ob_field_put_text(&j, "text", e->text);
    ob_field_put_text(&j, "utc", date);
    ob_field_put_int(&j, "time", e->time);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

bool ob_event_parse(struct ob_event *e, const char *line, size_t n, struct ob_err *err)
{
    struct ob_json_value *v = ob_json_parse(line, n, err);
    if (!v)
        return false;
    *e = (struct ob_event){ .step = ob_field_count(v, "step", INT64_MAX),
                            .time = ob_json_int(ob_json_get(v, "time"), 0),
                            .old = ob_field_num(v, "old"),
                            .fresh = ob_field_num(v, "new") };
    ob_field_text(v, "event", e->kind, sizeof e->kind);
    ob_field_text(v, "key", e->key, sizeof e->key);
    ob_field_text(v, "new", e->word, sizeof e->word);
    ob_field_text(v, "text", e->text, sizeof e->text);
    ob_json_free(v);
    return e->kind[0] || ob_fail(err, OB_EDATA, "an event without a name");
}

void ob_event_show(const struct ob_event *e, struct ob_buf *out)
{
    char old[32], fresh[32], safe[sizeof e->text * 2];
    ob_number_show(old, sizeof old, e->old, 6);
    ob_number_show(fresh, sizeof fresh, e->fresh, 6);
    if (e->key[0]) {
        ob_buf_adds(out, ob_text_safe_z(safe, sizeof safe, e->key));
        if (!isnan(e->old))
            ob_buf_addf(out, " %s ->", old);
        const char *word = ob_text_safe_z(safe, sizeof safe, e->word);
        ob_buf_addf(out, " %s", isnan(e->fresh) ? word : fresh);
    } else {
        ob_buf_adds(out, ob_text_safe_z(safe, sizeof safe, e->kind));
        if (!isnan(e->fresh))
            ob_buf_addf(out, " %s%s", fresh,
                        strcmp(e->kind, "pace") == 0 ? " steps/s" : "");
    }
    ob_buf_addf(out, " at step %" PRIu64, e->step);
    if (e->text[0])
        ob_buf_addf(out, ": %s", ob_text_safe_z(safe, sizeof safe, e->text));
}

void ob_events_init(struct ob_events *v, const struct ob_rundir *dir)
{
    *v = (struct ob_events){ 0 };
    ob_tail_init(&v->tail, dir, "events.jsonl", LINE_MAX_BYTES);
}

void ob_events_finish(struct ob_events *v)
{
    free(v->item);
    ob_tail_finish(&v->tail);
    *v = (struct ob_events){ 0 };
}

static void restart(void *ctx)
{
    struct ob_events *v = ctx;
    v->n = v->total = 0;
    v->changed = true;
}

/* A damaged line is passed over: the others are still worth reading. */
static bool line(void *ctx, const char *s, size_t n, struct ob_err *err)
{
    struct ob_events *v = ctx;
    struct ob_event e;
    (void)err;
    if (!ob_event_parse(&e, s, n, NULL))
        return true;
    if (v->n == KEPT) {
        memmove(v->item, v->item + KEPT / 2, KEPT / 2 * sizeof *v->item);
        v->n = KEPT / 2;
    }
    if (v->n == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 16;
        v->item = ob_xreallocarray(v->item, v->cap, sizeof *v->item);
    }
    v->item[v->n++] = e;
    v->total++;
    v->changed = true;
    return true;
}

bool ob_events_poll(struct ob_events *v, bool *fresh, struct ob_err *err)
{
    const struct ob_tail_sink sink = { .ctx = v, .restart = restart, .line = line };
    v->changed = false;
    bool ok = ob_tail_poll(&v->tail, POLL_MAX, &sink, err);
    if (fresh)
        *fresh = v->changed;
    return ok;
}
