#include <config.h>

#include "facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/hash.h"
#include "optbench/base/json.h"

enum { FORM = 1, RETRIES_MAX = 1000 };

static const char *const halvings[] = { "no", "sync", "async" };

uint64_t facts_hash(const struct ob_buf *config, const struct ob_buf *plan)
{
    uint64_t h = ob_hash_fast(ob_buf_text(config), config->len, 0);
    return ob_hash_fast(ob_buf_text(plan), plan->len, h);
}

void facts_write(const struct ob_sweep_facts *f, struct ob_buf *out)
{
    struct ob_json json = { .out = out, .pretty = true };
    char hash[17];
    snprintf(hash, sizeof hash, "%016" PRIx64, f->hash);
    ob_json_begin_object(&json);
    ob_json_put_count(&json, "version", FORM);
    ob_json_put_text(&json, "program", PACKAGE_NAME " " PACKAGE_VERSION);
    ob_json_put_text(&json, "name", f->name);
    ob_json_put_text(&json, "title", f->title);
    ob_json_put_text(&json, "method", f->method);
    ob_json_put_count(&json, "cells", f->cells);
    ob_json_put_text(&json, "metric", f->metric);
    ob_json_put_text(&json, "goal", f->rules.maximize ? "max" : "min");
    ob_json_put_text(&json, "halving", halvings[f->rules.halving]);
    ob_json_put_count(&json, "eta", f->rules.eta);
    ob_json_put_count(&json, "rungs", f->rules.rungs);
    ob_json_put_count(&json, "brackets", f->rules.brackets);
    ob_json_put_count(&json, "workers", f->rules.workers);
    ob_json_put_text(&json, "within", f->within);
    ob_json_put_count(&json, "steps", f->steps);
    ob_json_put_count(&json, "retries", (uint64_t)f->retries);
    ob_json_put_flag(&json, "fail_fast", f->fail_fast);
    ob_json_put_text(&json, "hash", hash);
    ob_json_end_object(&json);
    ob_buf_addc(out, '\n');
}

/* What is read, and whether all of it was fine so far. */
struct reading {
    const struct ob_json_value *root;
    struct ob_err *err;
    bool ok;
};

static void refuse(struct reading *r, const char *key, const char *what)
{
    if (r->ok)
        r->ok = ob_fail(r->err, OB_EDATA, SWEEP_JSON ": %s: %s", key, what);
}

static uint64_t count(struct reading *r, const char *key, int64_t min, int64_t max)
{
    int64_t v = ob_json_int(ob_json_get(r->root, key), -1);
    if (v >= min && v <= max)
        return (uint64_t)v;
    refuse(r, key, v == -1 ? "missing, or no whole number" : "out of its range");
    return 0;
}

static void text(struct reading *r, const char *key, char *out, size_t cap)
{
    const char *s = ob_json_text(ob_json_get(r->root, key));
    if (!s)
        refuse(r, key, "missing, or no text");
    else if (strlen(s) >= cap)
        refuse(r, key, "too long");
    else
        memcpy(out, s, strlen(s) + 1);
}

/* The place of the text among words[0..n). */
static size_t word(struct reading *r, const char *key, const char *const *words, size_t n)
{
    const char *s = ob_json_text(ob_json_get(r->root, key));
    for (size_t i = 0; s && i < n; i++)
        if (!strcmp(s, words[i]))
            return i;
    refuse(r, key, "missing, or a word without a meaning here");
    return 0;
}

static uint64_t hash(struct reading *r)
{
    char digits[17] = "";
    uint64_t h = 0;
    text(r, "hash", digits, sizeof digits);
    if (strlen(digits) != 16 || strspn(digits, "0123456789abcdef") != 16)
        refuse(r, "hash", "no 16 hexadecimal digits");
    for (const char *c = digits; *c; c++)
        h = h << 4 | (uint64_t)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
    return h;
}

static void read_rules(struct reading *r, struct ob_rungs_rules *rules)
{
    static const char *const goals[] = { "min", "max" };
    rules->maximize = word(r, "goal", goals, OB_COUNT(goals)) == 1;
    rules->halving = (enum ob_halving)word(r, "halving", halvings, OB_COUNT(halvings));
    rules->eta = (unsigned)count(r, "eta", 2, OB_RUNGS_ETA_MAX);
    rules->rungs = (unsigned)count(r, "rungs", 0, OB_RUNGS_MAX);
    rules->brackets = (unsigned)count(r, "brackets", 1, OB_RUNGS_MAX);
    rules->workers = (unsigned)count(r, "workers", 1, OB_SWEEP_WORKERS_MAX);
}

bool facts_read(struct ob_sweep_facts *f, const struct ob_buf *file, struct ob_err *err)
{
    struct ob_json_value *root = ob_json_parse(ob_buf_text(file), file->len, err);
    struct reading r = { .root = root, .err = err, .ok = true };
    *f = (struct ob_sweep_facts){ 0 };
    if (!root)
        return ob_fail_at(err, SWEEP_JSON);
    int64_t version = ob_json_int(ob_json_get(root, "version"), 0);
    if (version != FORM)
        refuse(&r, "version",
               version > FORM ? "made by a later optbench" : "missing, or wrong");
    text(&r, "name", f->name, sizeof f->name);
    text(&r, "title", f->title, sizeof f->title);
    text(&r, "method", f->method, sizeof f->method);
    text(&r, "metric", f->metric, sizeof f->metric);
    text(&r, "within", f->within, sizeof f->within);
    f->cells = count(&r, "cells", 1, (int64_t)OB_PLAN_CELLS_MAX);
    read_rules(&r, &f->rules);
    f->steps = count(&r, "steps", 0, INT64_MAX);
    f->retries = (int)count(&r, "retries", 0, RETRIES_MAX);
    f->fail_fast = ob_json_flag(ob_json_get(root, "fail_fast"), false);
    f->hash = hash(&r);
    ob_json_free(root);
    return r.ok;
}
