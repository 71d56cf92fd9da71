/*
 * [sweep] and [tune.KIND] as they are read, and an experiment as one file: what it gives
 * is what the original gives.
 */
#include <config.h>

#include "conf_test.h"
#include "optbench/conf/sweep.h"

static bool read_text(const char *text, const char *const *sets, struct ob_sweep_spec *s,
                      struct ob_diags *diags)
{
    size_t n = 0;
    while (sets && sets[n])
        n++;
    char *path = put("t.ini", text);
    const struct ob_spec_from from = { .path = path, .sets = sets, .nsets = n };
    *s = (struct ob_sweep_spec){ 0 };
    *diags = (struct ob_diags){ 0 };
    bool ok = ob_sweep_read(&from, s, diags);
    free(path);
    return ok;
}

static void good(const char *text, const char *const *sets, struct ob_sweep_spec *s)
{
    struct ob_diags diags;
    if (!read_text(text, sets, s, &diags))
        fail_msg("refused:\n%s\nsaid:\n%s", text, printed(&diags, scratch));
    ob_diags_finish(&diags);
}

static void bad(const char *text, const char *const *sets, const char *want)
{
    struct ob_sweep_spec s;
    struct ob_diags diags;
    assert_false(read_text(text, sets, &s, &diags));
    char *said = printed(&diags, scratch);
    assert_string_equal(said, want);
    free(said);
    ob_diags_finish(&diags);
    ob_sweep_spec_finish(&s);
}

static void axes_of_each_form(void **state)
{
    (void)state;
    struct ob_sweep_spec s;
    good("[sweep]\nmethod = random\ntrials = 7\n"
         "optimizer.kind = sgd, adam\n"
         "optimizer.lr = log 1e-4..1 x9\n"
         "model.l2=lin -1 .. 2.5\n"
         "batch.size = int 1 .. 8 x 4\n"
         "model.hidden = \"64 64\" 128 \"\"\n"
         "[tune.adam]\nlr = 0.1\nmodel.l1 = 0 1\n",
         NULL, &s);
    assert_true(s.there);
    assert_int_equal(s.opts.method, OB_SWEEP_RANDOM);
    assert_int_equal(s.opts.trials, 7);
    assert_int_equal(s.axes, 7);
    assert_string_equal(s.axis[0].value.item[1], "adam");
    assert_int_equal(s.axis[1].scale, OB_SWEEP_LOG);
    ob_assert_near(s.axis[1].from, 1e-4, 0);
    ob_assert_near(s.axis[1].to, 1, 0);
    assert_int_equal(s.axis[1].count, 9);
    assert_int_equal(s.axis[2].scale, OB_SWEEP_LIN);
    ob_assert_near(s.axis[2].to, 2.5, 0);
    assert_int_equal(s.axis[2].count, 0);
    assert_int_equal(s.axis[3].scale, OB_SWEEP_INT);
    assert_int_equal(s.axis[4].value.n, 3);
    assert_string_equal(s.axis[4].value.item[0], "64 64");
    assert_string_equal(s.axis[4].value.item[2], "");
    assert_string_equal(s.axis[5].key, "optimizer.lr");
    assert_string_equal(s.axis[5].kind, "adam");
    assert_string_equal(s.axis[6].key, "model.l1");
    assert_ptr_equal(ob_sweep_axis_of(&s, "optimizer.lr", "adam"), &s.axis[5]);
    assert_ptr_equal(ob_sweep_axis_of(&s, "optimizer.lr", "sgd"), &s.axis[1]);
    assert_null(ob_sweep_axis_of(&s, "model.l1", "sgd"));
    ob_sweep_spec_finish(&s);
}

/* Sets and bases: what comes later wins, and an empty value takes an axis out. */
static void later_wins(void **state)
{
    (void)state;
    struct ob_sweep_spec s;
    char *base = put("b.ini", "[sweep]\ntrials = 3\noptimizer.lr = 1, 2\nmodel.l2 = 0\n"
                              "[tune.adam]\nbeta1 = 0.9\n");
    good("[experiment]\nbase = b.ini\n[sweep]\noptimizer.lr = 3\nmodel.l2 =\n",
         (const char *const[]){ "sweep.trials=5", "sweep.batch.size=1 2",
                                "tune.adam.beta1=0.5", "tune.sgd.optimizer.momentum=0",
                                NULL },
         &s);
    assert_int_equal(s.opts.trials, 5);
    assert_int_equal(s.axes, 4);
    assert_string_equal(s.axis[0].value.item[0], "3");
    assert_int_equal(s.axis[0].line, 4);
    assert_string_equal(s.axis[1].key, "batch.size");
    assert_string_equal(s.axis[1].file, "--set sweep.batch.size=1 2");
    assert_string_equal(s.axis[2].key, "optimizer.beta1");
    assert_string_equal(s.axis[2].value.item[0], "0.5");
    assert_string_equal(s.axis[3].key, "optimizer.momentum");
    assert_string_equal(s.axis[3].kind, "sgd");
    ob_sweep_spec_finish(&s);
    free(base);
    good(DATA, NULL, &s);
    assert_false(s.there);
    assert_int_equal(s.axes, 0);
    ob_sweep_spec_finish(&s);
}

static void refused(void **state)
{
    (void)state;
    bad("[sweep]\nmethod = gridd\ntrails = 5\nq = 1\n", NULL,
        "optbench: t.ini:2: sweep.method: 'gridd' is not one of grid, random, sobol; did "
        "you mean 'grid'?\n"
        "optbench: t.ini:3: sweep.trails: unknown key; did you mean 'trials'?\n"
        "optbench: t.ini:4: sweep.q: unknown key; one of the experiment is written with "
        "its section, as in optimizer.lr\n");
    bad("[sweep]\noptimizer.lr = log 1 .. 1 x 9\nmodel.l2 = log 0 .. 1\n"
        "model.l1 = lin 1 to 2\nbatch.size = int 1 .. 2.5\nstop.max_steps = int 1 .. 3 x "
        "4\n"
        "optimizer.momentum = lin 0 .. 1 x 1\noptimizer.dampening = 0 .. 1\n"
        "optimizer.eps = lin 0 .. 1 x 2.5\n",
        NULL,
        "optbench: t.ini:2: sweep.optimizer.lr: 'log 1 .. 1 x 9': A must be less than B\n"
        "optbench: t.ini:3: sweep.model.l2: 'log 0 .. 1': a logarithmic scale needs 0 < "
        "A\n"
        "optbench: t.ini:4: sweep.model.l1: 'lin 1 to 2' is no range: write lin A .. B, "
        "or "
        "lin A .. B x N for N values\n"
        "optbench: t.ini:5: sweep.batch.size: 'int 1 .. 2.5': A and B must be whole "
        "numbers\n"
        "optbench: t.ini:6: sweep.stop.max_steps: 'int 1 .. 3 x 4': there are fewer "
        "whole "
        "numbers than that\n"
        "optbench: t.ini:7: sweep.optimizer.momentum: 'lin 0 .. 1 x 1': x 1 would leave "
        "out B: write the one value alone\n"
        "optbench: t.ini:8: sweep.optimizer.dampening: '0 .. 1': a range begins with "
        "log, "
        "lin or int\n"
        "optbench: t.ini:9: sweep.optimizer.eps: 'lin 0 .. 1 x 2.5' is no range: write "
        "lin "
        "A .. B, or lin A .. B x N for N values\n");
    bad("[sweep]\noptimzer.lr = 1\noptimizer.lr = 1 1\nexperiment.name = a b\n"
        "checkpoint.every = 1 2\nui.pace = 1\n[tune.adamm]\nlr = 1\n[tune.nothing]\n"
        "lr = 1\n[tune]\nlr = 2\n[sweep.optimizer]\nlr = 1\n",
        NULL,
        "optbench: t.ini:2: [optimzer]: unknown section; did you mean [optimizer]?\n"
        "optbench: t.ini:3: sweep.optimizer.lr: '1' stands there twice\n"
        "optbench: t.ini:4: sweep.experiment.name: cells cannot differ in it: every cell "
        "is named by the plan\n"
        "optbench: t.ini:5: sweep.checkpoint.every: cells cannot differ in it: it "
        "changes "
        "nothing that is computed\n"
        "optbench: t.ini:6: sweep.ui.pace: cells cannot differ in it: it changes nothing "
        "that is computed\n"
        "optbench: t.ini:8: [tune.adamm]: there is no optimizer 'adamm'; did you mean "
        "[tune.adam]?\n"
        "optbench: t.ini:10: [tune.nothing]: there is no optimizer 'nothing'; 'optbench "
        "list optimizers' has their names\n"
        "optbench: t.ini:11: [tune]: write [tune.NAME] with a name\n"
        "optbench: t.ini:13: [sweep.optimizer]: write optimizer.KEY = ... in [sweep]\n");
}

/* ---- one file ---- */

/* The resolved text of what `from` says. */
static void resolve(const struct ob_spec_from *from, struct ob_buf *out)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    if (!ob_spec_read(from, &spec, &diags))
        fail_msg("%s: %s", from->path, printed(&diags, scratch));
    ob_spec_write(&spec, out);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
}

static void assert_same(const struct ob_spec_from *from, const char *const *sets,
                        size_t n)
{
    struct ob_buf text = { 0 }, again = { 0 }, a = { 0 }, b = { 0 };
    struct ob_diags diags = { 0 };
    if (!ob_spec_inline(from, &text, &diags))
        fail_msg("%s: %s", from->path, printed(&diags, scratch));
    struct ob_spec_from with = *from, alone = { .path = "/elsewhere/x.ini",
                                                .text = ob_buf_text(&text),
                                                .n = text.len,
                                                .sets = sets,
                                                .nsets = n };
    const char *all[8];
    for (size_t i = 0; i < from->nsets + n; i++)
        all[i] = i < from->nsets ? from->sets[i] : sets[i - from->nsets];
    with.sets = all;
    with.nsets = from->nsets + n;
    resolve(&with, &a);
    resolve(&alone, &b);
    assert_string_equal(ob_buf_text(&a), ob_buf_text(&b));
    alone.nsets = 0;
    assert_true(ob_spec_inline(&alone, &again, &diags));
    assert_string_equal(ob_buf_text(&text), ob_buf_text(&again));
    ob_buf_finish(&text);
    ob_buf_finish(&again);
    ob_buf_finish(&a);
    ob_buf_finish(&b);
}

static void one_file_gives_the_same(void **state)
{
    (void)state;
    char *base = put("b.ini", "[experiment]\nname = base\n" DATA
                              "[optimizer]\nlr = 1\n[optimizer.adam]\nlr = 2\n"
                              "beta1 = 0.5\n[optimizer.sgd]\nmomentum = 0.25\n");
    char *path = put("u.ini", "[experiment]\nbase = b.ini\n[optimizer]\nlr = 3\n"
                              "betas = 0.7 0.8\n[optimizer.adam]\neps = 1e-3\n");
    const struct ob_spec_from from = { .path = path };
    const struct ob_spec_from sets = { .path = path,
                                       .sets = (const char *[]){ "optimizer.lr=4" },
                                       .nsets = 1 };
    const char *const adam[] = { "optimizer.kind=adam" };
    assert_same(&from, adam, 1);
    assert_same(&sets, adam, 1);
    free(path);
    path = put("v.ini", "[experiment]\nbase = b.ini\n[optimizer]\nlr = 3\n");
    assert_same(&(struct ob_spec_from){ .path = path }, NULL, 0);
    free(path);
    free(base);
}

/* Paths are absolute, variables expanded, also in lists of an axis; a name is said. */
static void one_file_stands_for_itself(void **state)
{
    (void)state;
    struct ob_buf text = { 0 }, want = { 0 };
    struct ob_diags diags = { 0 };
    setenv("OB_TEST_A", "some where", 1);
    char *path = put("p.ini", "[data]\npath = ${OB_TEST_A}/a$$.csv\n[sweep]\n"
                              "data.path = b.csv \"c d.csv\"\ntrials = 4\n");
    const struct ob_spec_from from = { .path = path };
    assert_true(ob_spec_inline(&from, &text, &diags));
    ob_buf_addf(&want,
                "[data]\npath = %s/some where/a$$.csv\n\n[sweep]\n"
                "data.path = \"%s/b.csv\", \"%s/c d.csv\"\ntrials = 4\n\n"
                "[experiment]\nname = p\n",
                scratch, scratch, scratch);
    assert_string_equal(ob_buf_text(&text), ob_buf_text(&want));
    const struct ob_spec_from comment = {
        .path = path, .sets = (const char *[]){ "experiment.title=a ;b" }, .nsets = 1
    };
    assert_false(ob_spec_inline(&comment, &text, &diags));
    char *said = printed(&diags, scratch);
    assert_string_equal(said, "optbench: --set experiment.title=a ;b: experiment.title: "
                              "this value cannot be written to a file: put it in "
                              "quotes\n");
    free(said);
    ob_diags_finish(&diags);
    ob_buf_finish(&text);
    ob_buf_finish(&want);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_of_each_form),
        cmocka_unit_test(later_wins),
        cmocka_unit_test(refused),
        cmocka_unit_test(one_file_gives_the_same),
        cmocka_unit_test(one_file_stands_for_itself),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
