/*
 * Plans made of [sweep]: grids, draws, spaces of one optimizer, seeds, equal numbers of
 * evaluations; what is wrong with a value is told at its line. Sobol points are those of
 * scipy (tests/reference/sobol.py).
 */
#include <config.h>

#include "../conf/conf_test.h"
#include "optbench/base/hash.h"
#include "optbench/base/number.h"
#include "optbench/sweep/folder_make.h"
#include "optbench/sweep/sobol.h"

#define MODEL "[model]\nkind = quadratic\nA = [[2, 0], [0, 1]]\n[stop]\nmax_steps = 100\n"

/* Plans the text; the plan and what was said are the caller's. */
static bool make(const char *text, struct ob_plan *p, struct ob_diags *diags)
{
    char *path = put("t.ini", text);
    const struct ob_spec_from from = { .path = path };
    struct ob_sweep_spec s = { 0 };
    struct ob_plan_judged judged;
    *p = (struct ob_plan){ 0 };
    *diags = (struct ob_diags){ 0 };
    bool ok = ob_sweep_read(&from, &s, diags) && ob_plan_make(p, &s, &from, diags) &&
              ob_plan_check(p, &s, &from, &judged, diags);
    ob_sweep_spec_finish(&s);
    free(path);
    return ok;
}

static void make_good(const char *text, struct ob_plan *p)
{
    struct ob_diags diags;
    if (!make(text, p, &diags))
        fail_msg("refused:\n%s\nsaid:\n%s", text, printed(&diags, scratch));
    ob_diags_finish(&diags);
}

static void plan_is(const char *text, const char *want)
{
    struct ob_plan p;
    struct ob_buf csv = { 0 };
    make_good(text, &p);
    ob_plan_write(&p, &csv);
    assert_string_equal(ob_buf_text(&csv), want);
    ob_buf_finish(&csv);
    ob_plan_finish(&p);
}

static void bad(const char *text, const char *want)
{
    struct ob_plan p;
    struct ob_diags diags;
    assert_false(make(text, &p, &diags));
    ob_diags_sort(&diags);
    char *said = printed(&diags, scratch);
    assert_string_equal(said, want);
    free(said);
    ob_diags_finish(&diags);
    ob_plan_finish(&p);
}

static void grids(void **state)
{
    (void)state;
    plan_is(MODEL "[sweep]\noptimizer.lr = log 1e-3 .. 0.1 x 3\nmodel.l2 = 0, 0.5\n",
            "cell,optimizer.lr,model.l2\n"
            "c00000,0.001,0\nc00001,0.001,0.5\nc00002,0.01,0\nc00003,0.01,0.5\n"
            "c00004,0.1,0\nc00005,0.1,0.5\n");
    plan_is(MODEL "[sweep]\nstop.max_steps = int 3 .. 5\n",
            "cell,stop.max_steps\nc00000,3\nc00001,4\nc00002,5\n");
    plan_is(MODEL "[sweep]\nstop.max_steps = int 1 .. 10 x 4\n",
            "cell,stop.max_steps\nc00000,1\nc00001,4\nc00002,7\nc00003,10\n");
    plan_is(MODEL "[sweep]\nmodel.l2 = lin 0 .. 0.3 x 4\n",
            "cell,model.l2\nc00000,0\nc00001,0.1\nc00002,0.2\nc00003,0.3\n");
    plan_is(MODEL "[experiment]\nseed = 5\n[sweep]\nseeds = 2\n",
            "cell,experiment.seed\nc00000,5\nc00001,6\n");
}

static void spaces_of_one_optimizer(void **state)
{
    (void)state;
    plan_is(MODEL "[sweep]\noptimizer.lr = 1, 2\noptimizer.kind = sgd, adam\n"
                  "seeds = init 2\n[tune.adam]\nlr = 0.1\nbeta1 = 0.8, 0.9\n"
                  "[tune.lion]\nlr = 7\n",
            "cell,optimizer.kind,optimizer.lr,optimizer.beta1,seed.init\n"
            "c00000,sgd,1,,0\nc00001,sgd,2,,0\n"
            "c00002,adam,0.1,0.8,0\nc00003,adam,0.1,0.9,0\n"
            "c00004,sgd,1,,1\nc00005,sgd,2,,1\n"
            "c00006,adam,0.1,0.8,1\nc00007,adam,0.1,0.9,1\n");
    plan_is(MODEL "[sweep]\norder = cells\noptimizer.lr = 1, 2\nseeds = init 2\n",
            "cell,optimizer.lr,seed.init\n"
            "c00000,1,0\nc00001,1,1\nc00002,2,0\nc00003,2,1\n");
    /* where the optimizer is no axis its own section counts all the same */
    plan_is(MODEL "[optimizer]\nkind = adam\n[sweep]\n[tune.adam]\nbeta1 = 0.5\n"
                  "[tune.sgd]\nmomentum = 0.1\n",
            "cell,optimizer.beta1\nc00000,0.5\n");
}

static void equal_evaluations(void **state)
{
    (void)state;
    plan_is(MODEL "[sweep]\nequal = evaluations\noptimizer.kind = sgd, adam\n"
                  "[tune.adam]\nlr = 0.1, 0.2, 0.3\n",
            "cell,optimizer.kind,optimizer.lr,stop.max_evals,stop.max_steps\n"
            "c00000,sgd,,300,300\nc00001,adam,0.1,100,300\n"
            "c00002,adam,0.2,100,300\nc00003,adam,0.3,100,300\n");
    plan_is(MODEL "[sweep]\nequal = evaluations\nevaluations = 70\n"
                  "optimizer.kind = sgd, adam\n[tune.adam]\nlr = 0.1, 0.2, 0.3\n",
            "cell,optimizer.kind,optimizer.lr,stop.max_evals\n"
            "c00000,sgd,,70\nc00001,adam,0.1,23\nc00002,adam,0.2,23\n"
            "c00003,adam,0.3,23\n");
}

static double number_at(const struct ob_plan *p, size_t cell, const char *key)
{
    double v;
    const char *text = ob_plan_at(p, cell, ob_plan_key(p, key));
    assert_non_null(text);
    assert_true(ob_number_parse(text, strlen(text), &v));
    return v;
}

/* Draws stay in their range, are shared by optimizers with the key, and do not change
 * when another key is added. */
static void draws(void **state)
{
    (void)state;
    struct ob_plan p, more;
    make_good(MODEL "[sweep]\nmethod = random\ntrials = 40\nseed = 3\n"
                    "optimizer.kind = sgd, adam\noptimizer.lr = log 1e-4 .. 1\n"
                    "model.l2 = lin 2 .. 3\n",
              &p);
    make_good(MODEL "[sweep]\nmethod = random\ntrials = 40\nseed = 3\n"
                    "stop.max_steps = int 1 .. 4\nexperiment.dtype = float32, float64\n"
                    "optimizer.kind = sgd, adam\noptimizer.lr = log 1e-4 .. 1\n"
                    "seed.init = 1, 2\neach = experiment.dtype\n[tune.adam]\nlr = 0.5\n",
              &more);
    assert_int_equal(p.cells, 80);
    assert_int_equal(more.cells, 2 * 2 * 2 * 40);
    size_t low = 0, steps[5] = { 0 };
    for (size_t i = 0; i < 40; i++) {
        double lr = number_at(&p, i, "optimizer.lr");
        assert_true(lr >= 1e-4 && lr <= 1);
        assert_true(number_at(&p, i, "model.l2") >= 2);
        assert_true(number_at(&p, i, "model.l2") <= 3);
        ob_assert_near(lr, number_at(&p, i + 40, "optimizer.lr"), 0);
        ob_assert_near(lr, number_at(&more, i, "optimizer.lr"), 0);
        ob_assert_near(lr, number_at(&more, i + 120, "optimizer.lr"), 0);
        low += lr < 1e-2;
        steps[(size_t)number_at(&more, i, "stop.max_steps")]++;
    }
    assert_true(low > 10 && low < 30);
    for (size_t i = 1; i <= 4; i++)
        assert_true(steps[i] > 3);
    assert_string_equal(ob_plan_at(&more, 160, ob_plan_key(&more, "optimizer.lr")),
                        "0.5");
    ob_plan_finish(&p);
    ob_plan_finish(&more);
    /* nothing to draw: one trial */
    plan_is(MODEL "[sweep]\nmethod = random\ntrials = 9\noptimizer.kind = sgd, adam\n",
            "cell,optimizer.kind\nc00000,sgd\nc00001,adam\n");
    plan_is(MODEL "[sweep]\nmethod = sobol\nscramble = no\ntrials = 4\n"
                  "model.l2 = lin 0 .. 1\nmodel.l1 = lin 0 .. 1\n",
            "cell,model.l2,model.l1\nc00000,0,0\nc00001,0.5,0.5\nc00002,0.75,0.25\n"
            "c00003,0.25,0.75\n");
}

static void shuffled(void **state)
{
    (void)state;
    struct ob_plan p;
    bool seen[50] = { false };
    size_t home = 0;
    make_good(MODEL "[sweep]\norder = shuffled\nstop.max_steps = int 1 .. 50\n", &p);
    for (size_t i = 0; i < 50; i++) {
        size_t v = (size_t)number_at(&p, i, "stop.max_steps") - 1;
        assert_true(v < 50 && !seen[v]);
        seen[v] = true;
        home += v == i;
    }
    assert_true(home < 10);
    ob_plan_finish(&p);
}

static void sobol_is_that_of_scipy(void **state)
{
    (void)state;
    struct ob_buf bytes = { 0 };
    for (uint32_t i = 0; i < 4096; i++)
        for (unsigned d = 0; d < OB_SOBOL_DIMS; d++) {
            uint32_t x = ob_sobol_bits(i, d);
            for (int k = 0; k < 32; k += 8)
                ob_buf_addc(&bytes, (char)(x >> k & 255));
        }
    assert_int_equal(ob_sobol_bits(1000, 4), 1203765248);
    assert_true(ob_hash(bytes.data, bytes.len, 0) == UINT64_C(0xd409af6ee87a8b25));
    ob_buf_finish(&bytes);
    /* scrambled, the first 2^k points have one in each 2^-k of every axis, too */
    for (unsigned d = 0; d < OB_SOBOL_DIMS; d += 8) {
        bool seen[64] = { false };
        for (uint32_t i = 0; i < 64; i++) {
            size_t bin = (size_t)(64 * ob_sobol(i, d, 11, true));
            assert_true(bin < 64 && !seen[bin]);
            seen[bin] = true;
        }
    }
}

static void values_are_judged(void **state)
{
    (void)state;
    bad(MODEL "[sweep]\noptimizer.lr = 0.1, abc\noptimizer.lrr = 1, 2\n"
              "optimizer.kind = sgd, adamm\n",
        "optbench: t.ini:7: optimizer.lr: 'abc' is not a number\n"
        "optbench: t.ini:8: optimizer.lrr: unknown key; did you mean 'lr'?\n"
        "optbench: t.ini:9: optimizer.kind: 'adamm' is not one of gd, sgd, adam, adamw, "
        "lion, muon, lbfgs, newton and others; did you mean 'adam'?\n");
    bad(MODEL "[optimizer]\nmomentum = 0.5\n[sweep]\noptimizer.kind = sgd, adam\n",
        "optbench: t.ini:7: optimizer.momentum: not a key of adam but of gd, sgd, muon "
        "and "
        "others; [optimizer.gd] can hold it (in cell c00001: optimizer.kind=adam)\n");
    bad(MODEL "[optimizer]\nkind = adam\n[sweep]\nmethod = random\ntrials = 5000\n"
              "[tune.adam]\nlr = 0.1\nbeta1 = lin 0.5 .. 1.01\n",
        "optbench: t.ini:13: optimizer.beta1: '1.0056052133148763' is outside 0 <= beta1 "
        "< 1\n");
}

static void plans_that_are_none(void **state)
{
    (void)state;
    bad(MODEL "[sweep]\ntrials = 4\n",
        "optbench: t.ini:6: [sweep]: it has no axis: name a key of the experiment and "
        "its "
        "values, as in optimizer.lr = 0.01, 0.1, or seeds\n");
    bad(MODEL "[sweep]\nmodel.l2 = lin 0 .. 1\n",
        "optbench: t.ini:7: sweep.model.l2: a grid needs the number of values: write x N "
        "behind the range, or method = random\n");
    bad(MODEL "[sweep]\nmodel.l2 = lin 0 .. 1 x 1001\nmodel.l1 = lin 0 .. 1 x 1000\n",
        "optbench: t.ini:6: [sweep]: more than 1000000 cells: give fewer values, or draw "
        "them (method = random)\n");
    bad(MODEL "[sweep]\nmodel.l2 = int 1 .. 4000000000000\nmodel.l1 = int 1 .. "
              "4000000000000\n",
        "optbench: t.ini:6: [sweep]: more than 1000000 cells: give fewer values, or draw "
        "them (method = random)\n");
    bad(MODEL "[sweep]\nseeds = 2\nexperiment.seed = 1, 2\n",
        "optbench: t.ini:7: sweep.seeds: experiment.seed is an axis already\n");
    bad(MODEL "[sweep]\nseeds = inti 2\n",
        "optbench: t.ini:7: sweep.seeds: [seed] has no 'inti'; did you mean 'init'?\n");
    bad(MODEL "[sweep]\nseeds = init\n",
        "optbench: t.ini:7: sweep.seeds: how many seeds of 'init'?\n");
    bad(MODEL "[sweep]\nseeds = 0\n",
        "optbench: t.ini:7: sweep.seeds: '0' is no number of seeds: 1 or more\n");
    bad(MODEL "[sweep]\neach = model.l2\nseeds = 2\n",
        "optbench: t.ini:7: sweep.each: 'model.l2' is no axis: no key with a dot that "
        "[sweep] or [tune] gives values\n");
    bad(MODEL "[sweep]\nseeds = 2\n[tune.adam]\nkind = sgd\n",
        "optbench: t.ini:9: tune.adam.optimizer.kind: it stands in [sweep] only\n");
    bad(MODEL "[sweep]\nequal = evaluations\nstop.max_evals = 1, 2\n",
        "optbench: t.ini:7: sweep.equal: evaluations are what stop.max_evals and "
        "stop.max_steps would say: they cannot be axes, too\n");
    bad(MODEL "[sweep]\nequal = evaluations\nevaluations = 1\nmodel.l2 = 1, 2\n",
        "optbench: t.ini:8: sweep.evaluations: 1 are less than one for each of the 2 "
        "cells\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids),
        cmocka_unit_test(spaces_of_one_optimizer),
        cmocka_unit_test(equal_evaluations),
        cmocka_unit_test(draws),
        cmocka_unit_test(shuffled),
        cmocka_unit_test(sobol_is_that_of_scipy),
        cmocka_unit_test(values_are_judged),
        cmocka_unit_test(plans_that_are_none),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
