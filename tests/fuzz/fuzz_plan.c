/* Plans of sweeps: what is read as one can be written, and is the same when it is read
 * again; its cells have names by which they are found, and sets with a key and a value;
 * and whatever it says of seeds and budgets, halving it comes to an end. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/hash.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/rungs.h"

static void check_same(const struct ob_plan *a, const struct ob_plan *b)
{
    OB_REQUIRE(a->cells == b->cells && a->keys == b->keys && a->digits == b->digits);
    for (size_t k = 0; k < a->keys; k++)
        OB_REQUIRE(!strcmp(a->key[k], b->key[k]));
    for (size_t i = 0; i < a->cells * a->keys; i++)
        OB_REQUIRE(a->value[i] && b->value[i] ? !strcmp(a->value[i], b->value[i])
                                              : a->value[i] == b->value[i]);
}

static void check_written(const struct ob_plan *p)
{
    struct ob_plan again = { 0 };
    struct ob_buf first = { 0 }, second = { 0 };
    struct ob_err err;
    ob_plan_write(p, &first);
    OB_REQUIRE(ob_plan_read(&again, ob_buf_text(&first), first.len, &err));
    check_same(p, &again);
    ob_plan_write(&again, &second);
    OB_REQUIRE(first.len == second.len && !memcmp(first.data, second.data, first.len));
    ob_plan_finish(&again);
    ob_buf_finish(&first);
    ob_buf_finish(&second);
}

static void check_cell(const struct ob_plan *p, size_t cell)
{
    char name[OB_PLAN_NAME_MAX];
    struct ob_err err;
    size_t n, found, set = 0;
    ob_plan_name(p, cell, name);
    OB_REQUIRE(ob_plan_find(p, name, &found, &err) && found == cell);
    char **sets = ob_plan_sets(p, cell, &n);
    for (size_t k = 0; k < p->keys; k++) {
        const char *value = ob_plan_at(p, cell, k);
        size_t length = strlen(p->key[k]);
        OB_REQUIRE(ob_plan_key(p, p->key[k]) == k);
        if (!value)
            continue;
        OB_REQUIRE(set < n && !strncmp(sets[set], p->key[k], length));
        OB_REQUIRE(sets[set][length] == '=' && !strcmp(sets[set] + length + 1, value));
        set++;
    }
    OB_REQUIRE(set == n);
    free(sets);
}

/* Rules and metrics are made of the hash of the input. */
static void check_halving(const struct ob_plan *p, uint64_t seed)
{
    struct ob_sweep s = { .plan = *p, .facts.steps = seed >> 8 & 1023 };
    struct ob_sweep_job job;
    struct ob_err err;
    size_t jobs = 0;
    s.facts.rules =
        (struct ob_rungs_rules){ .halving = (enum ob_halving)(seed % 3),
                                 .eta = (unsigned)(2 + (seed >> 2) % 3),
                                 .rungs = (unsigned)((seed >> 4) % 5),
                                 .brackets = (unsigned)(1 + (seed >> 6) % 3),
                                 .workers = (unsigned)(1 + (seed >> 20) % 7) };
    memcpy(s.facts.within, "optimizer.kind", 15);
    struct ob_rungs *r = ob_rungs_of(&s, 0, 0, &err);
    OB_REQUIRE(r || s.facts.steps == 0);
    while (r && ob_rungs_next(r, &job)) {
        uint64_t bits = ob_hash(&job.cell, sizeof job.cell, seed + job.rung);
        bool ended = bits % 8 == 0;
        OB_REQUIRE(job.cell < p->cells && job.rung < ob_rungs_count(r));
        OB_REQUIRE(++jobs <= p->cells * ob_rungs_count(r));
        ob_rungs_told(r, job.cell, job.rung, bits % 7 ? (double)(bits % 97) : NAN, ended);
    }
    OB_REQUIRE(!r || ob_rungs_done(r));
    ob_rungs_destroy(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_plan p = { 0 };
    struct ob_err err = { 0 };
    if (!ob_plan_read(&p, (const char *)data, size, &err)) {
        OB_REQUIRE(err.text[0] && p.cells == 0 && !p.text);
        return 0;
    }
    check_written(&p);
    for (size_t i = 0; i < p.cells; i++)
        check_cell(&p, i);
    check_halving(&p, ob_hash(data, size, 0));
    ob_plan_finish(&p);
    return 0;
}
