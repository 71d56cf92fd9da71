#include <config.h>

#include "optbench/sweep/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/json.h"

enum { NAME_MAX_ = 64, SIZE_LIMIT = 1 << 16 };

static const char folder[] = "failures";

static void file_name(char out[static NAME_MAX_], const char *cell)
{
    snprintf(out, NAME_MAX_, "%s/%.40s.json", folder, cell);
}

static void text_of(char *out, size_t cap, const struct ob_json_value *v)
{
    const char *text = ob_json_text(v);
    snprintf(out, cap, "%s", text ? text : "");
}

/* A count that a hostile file cannot make negative or too long. */
static int64_t count_of(const struct ob_json_value *v, int64_t most)
{
    int64_t n = ob_json_int(v, 0);
    return n < 0 ? 0 : n > most ? most : n;
}

bool ob_failure_read(const struct ob_rundir *sweep, const char *cell,
                     struct ob_failure *out)
{
    char name[NAME_MAX_];
    struct ob_buf text = { 0 };
    struct ob_json_value *v = NULL;
    *out = (struct ob_failure){ 0 };
    file_name(name, cell);
    if (ob_rundir_read(sweep, name, SIZE_LIMIT, &text, NULL))
        v = ob_json_parse(ob_buf_text(&text), text.len, NULL);
    bool ok = ob_json_kind(v) == OB_JSON_OBJECT;
    if (ok) {
        out->attempts = (unsigned)count_of(ob_json_get(v, "attempts"), 1000000000);
        out->status = (int)count_of(ob_json_get(v, "status"), 255);
        out->signal = (int)count_of(ob_json_get(v, "signal"), 255);
        out->steps = (uint64_t)count_of(ob_json_get(v, "steps"), INT64_MAX);
        out->time = count_of(ob_json_get(v, "time"), INT64_MAX);
        text_of(out->reason, sizeof out->reason, ob_json_get(v, "reason"));
        text_of(out->host, sizeof out->host, ob_json_get(v, "host"));
    }
    ob_json_free(v);
    ob_buf_finish(&text);
    return ok;
}

bool ob_failure_write(const struct ob_rundir *sweep, const char *cell,
                      const struct ob_failure *f, struct ob_err *err)
{
    char name[NAME_MAX_];
    struct ob_buf text = { 0 };
    struct ob_json j = { .out = &text, .pretty = true };
    file_name(name, cell);
    ob_json_begin_object(&j);
    ob_json_put_text(&j, "cell", cell);
    ob_json_put_count(&j, "attempts", f->attempts);
    ob_json_put_count(&j, "status", (uint64_t)f->status);
    ob_json_put_count(&j, "signal", (uint64_t)f->signal);
    ob_json_put_count(&j, "steps", f->steps);
    ob_json_put_count(&j, "time", (uint64_t)f->time);
    ob_json_put_text(&j, "reason", f->reason);
    ob_json_put_text(&j, "host", f->host);
    ob_json_end_object(&j);
    ob_buf_addc(&text, '\n');
    bool ok = ob_rundir_mkdir(sweep, folder, err) &&
              ob_rundir_replace(sweep, name, text.data, text.len, false, err);
    ob_buf_finish(&text);
    return ok;
}

void ob_failure_remove(const struct ob_rundir *sweep, const char *cell)
{
    char name[NAME_MAX_];
    file_name(name, cell);
    unlinkat(sweep->fd, name, 0);
}
