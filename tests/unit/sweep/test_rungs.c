/* Rungs against a plain implementation of the same rules, over random sweeps: the same is
 * trained in whichever order cells end, by however many workers, killed or not. */
#include <config.h>

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "plain_rungs.h"

static size_t below(struct ob_rng *g, size_t n)
{
    return (size_t)ob_rng_below(g, n);
}

static void draw_sweep(struct sweep *s, struct ob_rng *g)
{
    static const double odd[] = { NAN, INFINITY, -INFINITY, 0, 0 };
    s->rules = (struct ob_rungs_rules){
        .halving = 1 + (enum ob_halving)below(g, 2),
        .eta = 2 + (unsigned)below(g, 3),
        .rungs = 1 + (unsigned)below(g, RUNGS),
        .brackets = 1 + (unsigned)below(g, 3),
        .workers = 1 + (unsigned)below(g, 9),
        .maximize = below(g, 2) == 1,
    };
    size_t n = 1 + below(g, CELLS), teams = 1 + below(g, n), leagues = 1 + below(g, 3);
    s->field = (struct ob_rungs_field){
        .cells = n, .budget = s->budget, .team = s->team, .league = s->league
    };
    if (leagues > n)
        leagues = 1;
    for (size_t i = 0; i < n; i++) {
        s->team[i] = below(g, 2) ? i : below(g, teams);
        s->league[i] = s->team[i] % leagues;
        s->budget[i] = 1 + below(g, below(g, 4) ? 500 : 4);
        s->end[i] = below(g, 4) ? RUNGS : (unsigned)below(g, RUNGS);
        for (size_t k = 0; k < RUNGS; k++)
            s->metric[i][k] = below(g, 12) ? (double)below(g, 40) / 8 : odd[below(g, 5)];
        for (size_t k = s->end[i]; k < RUNGS; k++)
            s->metric[i][k] = s->metric[i][s->end[i]];
    }
}

static void tell(const struct sweep *s, struct ob_rungs *r, size_t cell, unsigned rung)
{
    ob_rungs_told(r, cell, rung, s->metric[cell][rung], s->end[cell] <= rung);
}

/* Tells all that earlier processes left behind, as a new one does. */
static struct ob_rungs *take_up(const struct sweep *s, const struct outcome *o)
{
    struct ob_err err;
    struct ob_rungs *r = ob_rungs_create(&s->rules, &s->field, &err);
    assert_non_null(r);
    for (size_t i = s->field.cells; i-- > 0;)
        for (int k = (int)ob_rungs_first(r, i); k <= o->rung[i]; k++)
            tell(s, r, i, (unsigned)k);
    return r;
}

/* What a job left behind: cells that end do so before the rung. */
static void train(const struct sweep *s, const struct ob_sweep_job *job,
                  struct outcome *o)
{
    assert_int_equal(job->until == 0, job->rung + 1 == s->rules.rungs);
    assert_true(o->rung[job->cell] < (int)job->rung);
    o->rung[job->cell] = (int)job->rung;
}

/* A sweep by `workers` processes that end in random order; with `kills` everything is
 * lost now and then that was under way. */
static void run_sweep(const struct sweep *s, struct ob_rng *g, size_t workers, bool kills,
                      struct outcome *o)
{
    struct ob_sweep_job busy[64];
    size_t n = 0;
    clear(o);
    struct ob_rungs *r = take_up(s, o);
    for (;;) {
        while (n < workers && ob_rungs_next(r, &busy[n]))
            n++;
        if (n == 0)
            break;
        assert_false(ob_rungs_done(r));
        size_t i = below(g, n);
        train(s, &busy[i], o);
        tell(s, r, busy[i].cell, busy[i].rung);
        busy[i] = busy[--n];
        if (kills && below(g, 20) == 0) {
            ob_rungs_destroy(r);
            r = take_up(s, o);
            n = 0;
        }
    }
    assert_true(ob_rungs_done(r));
    ob_rungs_destroy(r);
}

static void same(const struct sweep *s, const struct outcome *a, const struct outcome *b,
                 int round)
{
    for (size_t i = 0; i < s->field.cells; i++)
        if (a->rung[i] != b->rung[i])
            fail_msg("sweep %d (%s, eta %u, %u rungs, %u workers): cell %zu of %zu comes "
                     "to rung %d, by the plain rules to %d",
                     round, s->rules.halving == OB_HALVING_SYNC ? "sync" : "async",
                     s->rules.eta, s->rules.rungs, s->rules.workers, i, s->field.cells,
                     a->rung[i], b->rung[i]);
}

static void any_order_is_the_plain_rules(void **state)
{
    (void)state;
    struct ob_rng g;
    ob_rng_init(&g, 9, 1);
    for (int round = 0; round < 150; round++) {
        struct sweep s;
        struct outcome plain, o;
        draw_sweep(&s, &g);
        run_plain(&s, &plain);
        run_sweep(&s, &g, 1, false, &o);
        same(&s, &o, &plain, round);
        run_sweep(&s, &g, 1 + below(&g, 64), false, &o);
        same(&s, &o, &plain, round);
        run_sweep(&s, &g, 1 + below(&g, 8), true, &o);
        same(&s, &o, &plain, round);
    }
}

static const struct ob_rungs_rules ASHA = {
    .halving = OB_HALVING_ASYNC, .eta = 3, .rungs = 4, .workers = 4
};

static struct ob_rungs *many(const struct ob_rungs_rules *rules, size_t cells,
                             uint64_t budget)
{
    struct ob_err err;
    uint64_t *b = ob_xcalloc(cells, sizeof *b);
    for (size_t i = 0; i < cells; i++)
        b[i] = budget;
    struct ob_rungs_field field = { .cells = cells, .budget = b };
    struct ob_rungs *r = ob_rungs_create(rules, &field, &err);
    free(b);
    return r;
}

static void steps_grow_by_eta(void **state)
{
    (void)state;
    struct ob_rungs *r = many(&ASHA, 3, 1000);
    assert_int_equal(ob_rungs_until(r, 0, 0), 37);
    assert_int_equal(ob_rungs_until(r, 0, 1), 111);
    assert_int_equal(ob_rungs_until(r, 0, 2), 333);
    assert_int_equal(ob_rungs_until(r, 0, 3), 0);
    ob_rungs_destroy(r);
    r = many(&ASHA, 3, 2);
    assert_int_equal(ob_rungs_until(r, 0, 0), 1);
    assert_int_equal(ob_rungs_until(r, 0, 1), 2);
    assert_int_equal(ob_rungs_until(r, 0, 2), 3);
    ob_rungs_destroy(r);
}

/* The first 1/eta by whole rungs: 27, 9, 3, 1, and so many rungs by themselves. */
static void whole_rungs_are_thirds(void **state)
{
    (void)state;
    struct ob_rungs_rules rules = { .halving = OB_HALVING_SYNC, .eta = 3 };
    struct ob_rungs *r = many(&rules, 27, 1000);
    struct ob_sweep_job job;
    size_t trained[4] = { 0 };
    assert_int_equal(ob_rungs_count(r), 4);
    while (ob_rungs_next(r, &job)) {
        trained[job.rung]++;
        ob_rungs_told(r, job.cell, job.rung, (double)((job.cell * 7) % 27), false);
    }
    assert_int_equal(trained[0], 27);
    assert_int_equal(trained[1], 9);
    assert_int_equal(trained[2], 3);
    assert_int_equal(trained[3], 1);
    assert_int_equal(ob_rungs_place(r, 0).fate, OB_RUNG_THROUGH);
    assert_int_equal(ob_rungs_place(r, 4).fate, OB_RUNG_CUT);
    assert_int_equal(ob_rungs_place(r, 4).rung, 2);
    struct ob_rung_state at;
    ob_rungs_state(r, 0, 1, &at);
    assert_int_equal(at.in, 9);
    assert_int_equal(at.known, 9);
    assert_int_equal(at.on, 3);
    assert_int_equal(at.least, 111);
    assert_int_equal(at.most, 111);
    assert_true(at.over);
    ob_rungs_destroy(r);
}

static void fates_follow_what_is_known(void **state)
{
    (void)state;
    struct ob_rungs_rules rules = { .halving = OB_HALVING_SYNC, .eta = 2, .rungs = 2 };
    struct ob_rungs *r = many(&rules, 3, 100);
    struct ob_sweep_job job;
    assert_int_equal(ob_rungs_place(r, 0).fate, OB_RUNG_WANTED);
    ob_rungs_told(r, 0, 0, 1.0, false);
    assert_int_equal(ob_rungs_place(r, 0).fate, OB_RUNG_HELD);
    assert_true(ob_rungs_next(r, &job));
    assert_int_equal(job.cell, 1);
    assert_int_equal(job.until, 50);
    ob_rungs_told(r, 1, 0, NAN, true);
    assert_int_equal(ob_rungs_place(r, 1).fate, OB_RUNG_THROUGH);
    ob_rungs_told(r, 2, 0, 2.0, false);
    assert_int_equal(ob_rungs_place(r, 2).fate, OB_RUNG_CUT);
    assert_true(ob_rungs_next(r, &job));
    assert_int_equal(job.cell, 0);
    assert_int_equal(job.until, 0);
    assert_false(ob_rungs_next(r, &job));
    assert_false(ob_rungs_done(r));
    ob_rungs_told(r, 0, 1, 0.5, true);
    assert_true(ob_rungs_done(r));
    assert_int_equal(ob_rungs_place(r, 0).rung, 1);
    ob_rungs_destroy(r);
}

/* Three shards of a sweep have each cell once, in the order of the plan. */
static void shards_share_the_plan(void **state)
{
    (void)state;
    size_t seen[10] = { 0 };
    for (size_t shard = 0; shard < 3; shard++) {
        struct ob_rungs_rules rules = { .halving = OB_HALVING_NO };
        struct ob_rungs_field field = { .cells = 10, .shard = shard, .shards = 3 };
        struct ob_err err;
        struct ob_rungs *r = ob_rungs_create(&rules, &field, &err);
        struct ob_sweep_job job;
        size_t next = shard;
        ob_rungs_told(r, 3, 0, NAN, true);
        for (; ob_rungs_next(r, &job); next += 3) {
            next += next == 3 ? 3 : 0;
            assert_int_equal(job.cell, next);
            assert_int_equal(job.until, 0);
            seen[job.cell]++;
            assert_false(ob_rungs_done(r));
            ob_rungs_told(r, job.cell, 0, NAN, true);
        }
        assert_true(ob_rungs_done(r));
        ob_rungs_destroy(r);
    }
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(seen[i], i == 3 ? 0 : 1);
}

/* Brackets of Hyperband make equal numbers of steps; a shard has whole ones. */
static void brackets_share_the_steps(void **state)
{
    (void)state;
    struct ob_rungs_rules rules = {
        .halving = OB_HALVING_SYNC, .eta = 3, .rungs = 4, .brackets = 4
    };
    struct ob_rungs *r = many(&rules, 49, 810);
    struct ob_sweep_job job;
    size_t cells[4];
    double steps[4] = { 0 };
    assert_int_equal(ob_rungs_pools(r), 4);
    for (size_t p = 0; p < 4; p++)
        cells[p] = ob_rungs_pool_cells(r, p);
    assert_int_equal(cells[0], 27);
    assert_int_equal(cells[1], 12);
    assert_int_equal(cells[2], 6);
    assert_int_equal(cells[3], 4);
    while (ob_rungs_next(r, &job)) {
        uint64_t from = job.rung > ob_rungs_first(r, job.cell)
                            ? ob_rungs_until(r, job.cell, job.rung - 1)
                            : 0;
        steps[ob_rungs_pool(r, job.cell)] +=
            (double)((job.until > 0 ? job.until : 810) - from);
        ob_rungs_told(r, job.cell, job.rung, (double)job.cell, false);
    }
    for (size_t p = 0; p < 4; p++)
        ob_assert_near(steps[p], 2800, 500);
    ob_rungs_destroy(r);
}

static void wrong_rules_are_refused(void **state)
{
    (void)state;
    struct ob_err err;
    struct ob_rungs_rules rules = ASHA;
    rules.eta = 1;
    assert_null(ob_rungs_create(&rules, &(struct ob_rungs_field){ 0 }, &err));
    assert_string_equal(err.text, "halving by 1: eta is 2 to 1000");
    rules.eta = 2;
    rules.rungs = 17;
    assert_null(ob_rungs_create(&rules, &(struct ob_rungs_field){ 0 }, &err));
    assert_string_equal(err.text, "17 rungs: at most 16");
    const uint64_t none = 0;
    struct ob_rungs_field field = { .cells = 1, .budget = &none };
    assert_null(ob_rungs_create(&ASHA, &field, &err));
    assert_int_equal(err.code, OB_ECONFIG);
}

/* Thirty thousand cells take no longer than their number asks for. */
static void many_cells_are_decided(void **state)
{
    (void)state;
    const size_t n = 30000;
    struct ob_rungs *r = many(&ASHA, n, 2700);
    struct ob_sweep_job job;
    size_t trained[4] = { 0 };
    while (ob_rungs_next(r, &job)) {
        trained[job.rung]++;
        ob_rungs_told(r, job.cell, job.rung, (double)(job.cell * 7919 % n), false);
    }
    assert_true(ob_rungs_done(r));
    assert_int_equal(trained[0], n);
    assert_true(trained[1] >= n / 3 && trained[1] < n / 2);
    assert_true(trained[3] >= n / 27 && trained[3] < n / 9);
    ob_rungs_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_is_the_plain_rules),
        cmocka_unit_test(steps_grow_by_eta),
        cmocka_unit_test(whole_rungs_are_thirds),
        cmocka_unit_test(fates_follow_what_is_known),
        cmocka_unit_test(shards_share_the_plan),
        cmocka_unit_test(brackets_share_the_steps),
        cmocka_unit_test(wrong_rules_are_refused),
        cmocka_unit_test(many_cells_are_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
