#include <config.h>

#include <math.h>

#include "conf_test.h"
#include "optbench/num/dtype.h"

static void defaults(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(DATA, NULL, &s);
    assert_string_equal(s.experiment.name, "t");
    assert_null(s.experiment.title);
    assert_int_equal(s.experiment.dtype, OB_F64);
    assert_string_equal(s.experiment.device, "cpu");
    assert_int_equal(s.experiment.threads, 0);
    assert_string_equal(s.data.type->name, "inline");
    assert_string_equal(s.model.type->name, "linear");
    assert_string_equal(s.optimizer.type->name, "sgd");
    assert_string_equal(s.line_search.type->name, "none");
    assert_string_equal(s.schedule.type->name, "constant");
    assert_int_equal(s.groups, 0);
    assert_int_equal(s.batch.size, 0);
    assert_true(s.batch.shuffle);
    assert_int_equal(s.stop.max_steps, 100000);
    assert_int_equal(s.checkpoint.keep, 3);
    assert_int_equal(s.ui.charts.n, 2);
    ob_spec_finish(&s);
    ob_spec_finish(&s);
}

static void words_and_comments(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(DATA "[experiment] ; what it is\n"
                   "title = \"a ; b \"\"c\"\"\" ; said\n"
                   "name : x-1 # and this\n"
                   "dtype = \"float32\"\n"
                   "[log]\n"
                   "metrics = mse,\n"
                   "   half_mse ; two\n"
                   "[stop]\ntarget = \"loss <= 0.1\"\n"
                   "[ui]\npace = inf\npaused = on\n",
              NULL, &s);
    assert_string_equal(s.experiment.title, "a ; b \"c\"");
    assert_string_equal(s.experiment.name, "x-1");
    assert_int_equal(s.experiment.dtype, OB_F32);
    assert_int_equal(s.log.metrics.n, 2);
    assert_string_equal(s.log.metrics.item[1], "half_mse");
    assert_string_equal(s.stop.target, "loss <= 0.1");
    assert_true(isinf(s.ui.pace));
    assert_true(s.ui.paused);
    ob_spec_finish(&s);
}

/* An experiment with every common section, as a person writes it. */
static void whole_example(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good("[experiment]\nname   = heights\ntitle  = Height by age, full batch\n"
              "seed   = 0\ndtype  = float32\n"
              "device = auto                 ; cpu, auto\n\n"
              "[data]\nsource   = csv\n"
              "path     = @data/heights.csv     ; the installed data folder\n"
              "features = age_years             ; names, or * for all others\n"
              "target   = height_m\nscale    = none\n\n"
              "[model]\nkind        = linear\nbias        = yes\n"
              "bias_column = last               ; behind the features\n"
              "loss        = half_mse\ninit        = zeros\n\n"
              "[batch]\nsize = full                      ; or a number\n\n"
              "[optimizer]\nkind = sgd\nlr   = 0.03\n\n[schedule]\nkind = constant\n\n"
              "[stop]\ntheta_delta = 1e-4\nmax_steps   = 100000\n\n"
              "[log]\nevery = auto\n\n"
              "[group.weights]                  ; by tensor name\n"
              "match        = w\nweight_decay = 0.01\n",
              NULL, &s);
    assert_resolved(&s, "experiment", "device", "auto");
    assert_resolved(&s, "model", "bias_column", "last");
    assert_resolved(&s, "group.weights", "lr", "0.03");
    assert_resolved(&s, "group.weights", "weight_decay", "0.01");
    assert_resolved(&s, "optimizer", "weight_decay", "0");
    assert_resolved(&s, "stop", "theta_delta", "0.0001");
    ob_spec_finish(&s);
}

/* One file with the settings of two sources; the idle ones take no effect. */
static void settings_of_sources(void **state)
{
    (void)state;
    struct ob_spec s;
    static const char text[] = "[data]\ntarget = y\n"
                               "[data.csv]\npath = /x.csv\nscale = standard\n"
                               "[data.inline]\ncolumns = x y\nvalues = 1 2 3 4\n";
    load_good(text, NULL, &s);
    assert_resolved(&s, "data", "path", "/x.csv");
    assert_resolved(&s, "data", "scale", "standard");
    ob_spec_finish(&s);
    load_good(text, (const char *const[]){ "data.source=inline", NULL }, &s);
    assert_resolved(&s, "data", "columns", "x, y");
    assert_resolved(&s, "data", "scale", "none");
    ob_spec_finish(&s);
}

static void sets_come_last(void **state)
{
    (void)state;
    struct ob_spec s;
    const char *const sets[] = { "optimizer.kind=adam",        "optimizer.lr = 0.5",
                                 "optimizer.adam.beta1=0.8",   "stop.max_steps=1e3",
                                 "experiment.title=a = b ; c", NULL };
    load_good(DATA "[optimizer]\nlr = 0.1\n", sets, &s);
    assert_resolved(&s, "optimizer", "kind", "adam");
    assert_resolved(&s, "optimizer", "lr", "0.5");
    assert_resolved(&s, "optimizer", "beta1", "0.8");
    assert_int_equal(s.stop.max_steps, 1000);
    assert_string_equal(s.experiment.title, "a = b ; c");
    ob_spec_finish(&s);
}

/* The value of the file belongs to the kind of the file. */
static void sets_of_another_kind_replace(void **state)
{
    (void)state;
    struct ob_spec s;
    const char *const both[] = { "model.loss=bce_logits", "model.kind=logistic", NULL };
    const char *const half[] = { "model.kind=logistic", NULL };
    load_good(DATA "[model]\nkind = linear\nloss = half_mse\n", both, &s);
    assert_string_equal(s.model.type->name, "logistic");
    ob_spec_finish(&s);
    load_bad(DATA "[model]\nkind = linear\nloss = half_mse\n", half,
             "optbench: t.ini:8: model.loss: 'half_mse' is not one of bce_logits, "
             "bce\n");
}

static void bad_sets(void **state)
{
    (void)state;
    load_bad(
        DATA,
        (const char *const[]){ "optimizer.lr=abc", "optimzer.lr=1", "lr=1",
                               "optimizer.lr", "optimizer.lrr=1", "optimizer.=1",
                               "experiment.title=\x1b[2J", "experiment.device=cuda:x",
                               "experiment.base=x.ini", "optimizer.sgd.kind=adam", NULL },
        "optbench: --set optimizer.lr=abc: optimizer.lr: 'abc' is not a number\n"
        "optbench: --set optimzer.lr=1: [optimzer]: unknown section; did you mean "
        "[optimizer]?\n"
        "optbench: --set lr=1: expected section.key=value, such as "
        "optimizer.lr=0.1\n"
        "optbench: --set optimizer.lr: expected section.key=value, such as "
        "optimizer.lr=0.1\n"
        "optbench: --set optimizer.lrr=1: optimizer.lrr: unknown key; did you mean "
        "'lr'?\n"
        "optbench: --set optimizer.=1: expected section.key=value, such as "
        "optimizer.lr=0.1\n"
        "optbench: --set experiment.title=\\x1b[2J: a control character (0x1b) in "
        "column 18\n"
        "optbench: --set experiment.device=cuda:x: experiment.device: 'cuda:x' is no "
        "device: write cpu, auto, opencl or cuda, or cuda:1 for the second one; did you "
        "mean 'cuda'?\n"
        "optbench: --set experiment.base=x.ini: experiment.base: only a file can be "
        "based "
        "on another\n"
        "optbench: --set optimizer.sgd.kind=adam: optimizer.sgd.kind: stands in "
        "[optimizer] "
        "only\n");
}

/* What is said more closely wins within a file, what is said later between files. */
static void which_setting_wins(void **state)
{
    (void)state;
    struct ob_spec s;
    static const char text[] = DATA "[optimizer.adam]\nlr = 0.001\n"
                                    "[optimizer]\nkind = sgd\nlr = 0.1\n"
                                    "[optimizer.sgd]\nmomentum = 0.5\n";
    load_good(text, NULL, &s);
    assert_resolved(&s, "optimizer", "lr", "0.1");
    assert_resolved(&s, "optimizer", "momentum", "0.5");
    ob_spec_finish(&s);

    load_good(text, (const char *const[]){ "optimizer.kind=adam", NULL }, &s);
    assert_resolved(&s, "optimizer", "lr", "0.001");
    ob_spec_finish(&s);

    load_good(text,
              (const char *const[]){ "optimizer.kind=adam", "optimizer.lr=3", NULL }, &s);
    assert_resolved(&s, "optimizer", "lr", "3");
    ob_spec_finish(&s);
}

static void bases(void **state)
{
    (void)state;
    struct ob_spec s;
    char *dir = ob_path_join(scratch, "sub");
    assert_int_equal(mkdir(dir, 0700), 0);
    char *inner = put("sub/inner.ini", "[experiment]\ntitle = inner\nseed = 1\n[data]\n"
                                       "path = x.csv\ntarget = y\n");
    char *outer = put("outer.ini", "[experiment]\nbase = sub/inner.ini\nseed = 2\n"
                                   "[seed]\ninit = 9\n");
    char *want = ob_path_join(dir, "x.csv");
    load_good("[experiment]\nbase = outer.ini\n", NULL, &s);
    assert_string_equal(s.experiment.title, "inner");
    assert_int_equal(s.experiment.seed, 2);
    assert_int_equal(s.seed.init, 9);
    assert_int_equal(s.seed.data, 2);
    assert_null(s.experiment.base);
    assert_resolved(&s, "data", "path", want);
    assert_string_equal(s.experiment.name, "t");
    ob_spec_finish(&s);

    /* In a set a path is meant from the working directory. */
    char *here = ob_path_absolute("y.csv");
    load_good("[experiment]\nbase = outer.ini\n",
              (const char *const[]){ "data.path=y.csv", NULL }, &s);
    assert_resolved(&s, "data", "path", here);
    ob_spec_finish(&s);
    unlink(inner);
    rmdir(dir);
    free(here);
    free(want);
    free(inner);
    free(outer);
    free(dir);
}

static void paths(void **state)
{
    (void)state;
    struct ob_spec s;
    setenv("OB_TEST_FOLDER", "/some where", 1);
    load_good("[data]\npath = ${OB_TEST_FOLDER}/$$x.csv\ntarget = y\n", NULL, &s);
    assert_resolved(&s, "data", "path", "/some where/$$x.csv");
    ob_spec_finish(&s);

    load_good("[data]\npath = @data/heights.csv\ntarget = height_m\n", NULL, &s);
    char *data = ob_path_data(), *absolute = ob_path_absolute(data);
    char *want = ob_path_join(absolute, "heights.csv");
    assert_resolved(&s, "data", "path", want);
    ob_spec_finish(&s);
    free(want);
    free(absolute);
    free(data);
}

/* What a variable brings in must fit into the resolved file. */
static void bytes_in_paths(void **state)
{
    (void)state;
    struct ob_spec s;
    struct ob_diags d;
    setenv("OB_TEST_FOLDER", "/a\nb", 1);
    assert_false(load("[data]\npath = ${OB_TEST_FOLDER}/x\ntarget = y\n", NULL, &s, &d));
    assert_int_equal(d.n, 1);
    assert_int_equal(d.item[0].line, 2);
    assert_non_null(strstr(d.item[0].text, "cannot be written down"));
    ob_diags_finish(&d);
    ob_spec_finish(&s);
}

static void aliases(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(DATA "[optimizer]\nkind = adam\nbetas = 0.5, 0.6\n", NULL, &s);
    assert_resolved(&s, "optimizer", "beta1", "0.5");
    assert_resolved(&s, "optimizer", "beta2", "0.6");
    ob_spec_finish(&s);
}

static void groups(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(DATA "[group.b]\nmatch = bias\nlr = 0.5\n"
                   "[group.a]\nmatch = w* \"odd name\"\n"
                   "[optimizer]\nlr = 0.25\nmomentum = 0.5\n"
                   "[group.b]\nmomentum = 0\n",
              NULL, &s);
    assert_int_equal(s.groups, 2);
    assert_string_equal(s.group[0].name, "b");
    assert_string_equal(s.group[1].match.item[1], "odd name");
    assert_resolved(&s, "group.b", "lr", "0.5");
    assert_resolved(&s, "group.b", "momentum", "0");
    assert_resolved(&s, "group.a", "lr", "0.25");
    assert_resolved(&s, "group.a", "momentum", "0.5");
    ob_spec_finish(&s);
}

/* A group of another kind starts from that kind's defaults and [optimizer.KIND], wherever
 * its lines stand. */
static void groups_of_other_kinds(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(DATA "[group.b]\nbeta1 = 0.5\nmatch = bias\nkind = adam\n"
                   "[optimizer.adam]\nlr = 0.125\nbeta1 = 0.75\nbeta2 = 0.25\n"
                   "[group.a]\nmatch = w\nkind = same\n"
                   "[group.c]\nmatch = v\nkind = sgd\n"
                   "[optimizer]\nkind = sgd\nlr = 0.25\n",
              (const char *const[]){ "group.b.eps=1e-3", NULL }, &s);
    assert_string_equal(s.group[0].type->name, "adam");
    assert_ptr_equal(s.group[1].type, s.optimizer.type);
    assert_ptr_equal(s.group[2].type, s.optimizer.type);
    assert_resolved(&s, "group.b", "kind", "adam");
    assert_resolved(&s, "group.b", "lr", "0.125");
    assert_resolved(&s, "group.b", "beta1", "0.5");
    assert_resolved(&s, "group.b", "beta2", "0.25");
    assert_resolved(&s, "group.b", "eps", "0.001");
    assert_resolved(&s, "group.a", "kind", "same");
    assert_resolved(&s, "group.a", "lr", "0.25");
    assert_resolved(&s, "group.c", "lr", "0.25");
    ob_spec_finish(&s);
    /* the kind may come last, and by a set; the first setting of it was another */
    load_good(DATA "[group.b]\nmatch = bias\nkind = sgd\n[optimizer]\nkind = adam\n",
              (const char *const[]){ "group.b.kind=gd", "group.b.momentum=0.5", NULL },
              &s);
    assert_string_equal(s.group[0].type->name, "gd");
    assert_resolved(&s, "group.b", "momentum", "0.5");
    assert_resolved(&s, "group.b", "lr", "0.001");
    ob_spec_finish(&s);
}

static void places(void **state)
{
    (void)state;
    struct ob_spec s;
    struct ob_diags d = { 0 };
    const char *file;
    unsigned line;
    load_good(DATA "[optimizer]\nlr = 0.5\n[optimizer.sgd]\nmomentum = 0.5\n"
                   "[group.w]\nmatch = w\n",
              (const char *const[]){ "stop.max_steps=5", NULL }, &s);
    assert_true(ob_spec_where(&s, "optimizer", "lr", &file, &line));
    assert_int_equal(line, 7);
    assert_true(ob_spec_where(&s, "optimizer", "momentum", &file, &line));
    assert_int_equal(line, 9);
    assert_true(ob_spec_where(&s, "stop", "max_steps", &file, &line));
    assert_string_equal(file, "--set stop.max_steps=5");
    assert_int_equal(line, 0);
    assert_false(ob_spec_where(&s, "stop", "theta_delta", &file, &line));
    assert_int_equal(line, 0);
    assert_false(ob_spec_where(&s, "optimizer", "kind", &file, &line));
    assert_int_equal(line, 7);
    assert_false(ob_spec_where(&s, "model", "l1", &file, &line));
    assert_string_equal(file, s.path);
    assert_int_equal(line, 0);

    ob_spec_complain(&s, &d, OB_ECONFIG, "group.w", "match", "matches %s", "nothing");
    ob_spec_complain(&s, &d, OB_ECONFIG, "model", "loss", "is odd");
    char *said = printed(&d, scratch);
    assert_string_equal(said, "optbench: t.ini:11: group.w.match: matches nothing\n"
                              "optbench: t.ini: model.loss: is odd\n");
    free(said);
    ob_diags_finish(&d);
    ob_spec_finish(&s);
}

static uint64_t hash_with(const char *set)
{
    struct ob_spec s;
    const char *const sets[] = { set, NULL };
    load_good(DATA "[optimizer]\nlr = 0.5\n", set ? sets : NULL, &s);
    uint64_t h = ob_spec_hash(&s);
    ob_spec_finish(&s);
    return h;
}

static void hash_sees_what_counts(void **state)
{
    (void)state;
    static const char *const same[] = { "experiment.name=other", "experiment.title=x",
                                        "experiment.threads=2",  "ui.pace=5",
                                        "checkpoint.keep=9",     "optimizer.lr=5e-1" };
    static const char *const other[] = {
        "optimizer.lr=0.6",    "experiment.seed=1", "experiment.dtype=float32",
        "data.values=1 2 3 5", "log.every=2",       "stop.max_steps=7"
    };
    uint64_t h = hash_with(NULL);
    for (size_t i = 0; i < OB_COUNT(same); i++)
        assert_true(hash_with(same[i]) == h);
    for (size_t i = 0; i < OB_COUNT(other); i++)
        assert_true(hash_with(other[i]) != h);
}

/* The name of a run comes from the file's, made fit for a directory. */
/* A model that is fitted to nothing: [data] may be missing, is checked where it is there,
 * is no part of what takes effect, and what counts rows is refused. */
static void without_data(void **state)
{
    (void)state;
#define PLAIN "[model]\nkind = quadratic\nA = 2\n"
    struct ob_spec s, other;
    struct ob_dataset data;
    struct ob_diags diags = { 0 };
    struct ob_buf text = { 0 }, again = { 0 };
    load_good(PLAIN, NULL, &s);
    assert_false(ob_spec_needs_data(&s));
    assert_true(ob_spec_load_data(&s, &data, &diags));
    assert_int_equal(data.rows, 0);
    ob_spec_write(&s, &text);
    assert_null(strstr(ob_buf_text(&text), "[data]"));
    load_good("[data]\nsource = csv\nscale = standard\n" PLAIN, NULL, &other);
    ob_spec_write(&other, &again);
    assert_string_equal(ob_buf_text(&text), ob_buf_text(&again));
    assert_true(ob_spec_hash(&s) == ob_spec_hash(&other));
    ob_spec_finish(&s);
    ob_spec_finish(&other);
    ob_buf_finish(&text);
    ob_buf_finish(&again);
    load_bad(
        "[data]\nscale = big\n" PLAIN, NULL,
        "optbench: t.ini:2: data.scale: 'big' is not one of none, standard, standard0, "
        "minmax\n");
    load_bad(PLAIN "[batch]\nsize = 5\n[stop]\nmax_epochs = 3\n[log]\nevaluate = 2\n"
                   "[schedule]\nkind = cosine\nhorizon = 30 epochs\n",
             NULL,
             "optbench: t.ini:5: batch.size: a quadratic model has no rows to choose "
             "from: write "
             "size = full\n"
             "optbench: t.ini:7: stop.max_epochs: a quadratic model has no rows, so no "
             "epochs: use "
             "max_steps\n"
             "optbench: t.ini:9: log.evaluate: a quadratic model has no batches: its "
             "loss is known "
             "at every step\n"
             "optbench: t.ini:12: schedule.horizon: a quadratic model has no rows, so no "
             "epochs: "
             "give a number of steps\n");
#undef PLAIN
}

static void names(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "a b.ini", "a-b" },       { ".hidden", "experiment" }, { "x.y.ini", "x.y" },
        { "-x.ini", "experiment" }, { "plain", "plain" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        char *path = put(cases[i][0], DATA);
        struct ob_spec s = { 0 };
        struct ob_diags d = { 0 };
        assert_true(ob_spec_load(path, NULL, 0, &s, &d));
        assert_string_equal(s.experiment.name, cases[i][1]);
        ob_spec_finish(&s);
        free(path);
    }
}

static void missing_file(void **state)
{
    (void)state;
    struct ob_spec s = { 0 };
    struct ob_diags d = { 0 };
    assert_false(ob_spec_load("/nonexistent/x.ini", NULL, 0, &s, &d));
    assert_int_equal(d.n, 1);
    assert_int_equal(ob_diags_exit(&d), 5);
    ob_diags_finish(&d);
    ob_spec_finish(&s);
}

/* Bases without end through names that differ: stopped by their number. */
static void deep_bases(void **state)
{
    (void)state;
    struct ob_spec s = { 0 };
    struct ob_diags d = { 0 };
    char *path[40];
    for (int i = 0; i < 40; i++) {
        char name[32], text[64];
        snprintf(name, sizeof name, "b%d.ini", i);
        snprintf(text, sizeof text, "[experiment]\nbase = b%d.ini\n", i + 1);
        path[i] = put(name, text);
    }
    assert_false(ob_spec_load(path[0], NULL, 0, &s, &d));
    assert_int_equal(d.n, 1);
    assert_non_null(strstr(d.item[0].text, "based on one another"));
    ob_diags_finish(&d);
    ob_spec_finish(&s);
    for (int i = 0; i < 40; i++)
        free(path[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),       cmocka_unit_test(words_and_comments),
        cmocka_unit_test(whole_example),  cmocka_unit_test(settings_of_sources),
        cmocka_unit_test(sets_come_last), cmocka_unit_test(sets_of_another_kind_replace),
        cmocka_unit_test(bad_sets),       cmocka_unit_test(which_setting_wins),
        cmocka_unit_test(bases),          cmocka_unit_test(paths),
        cmocka_unit_test(bytes_in_paths), cmocka_unit_test(aliases),
        cmocka_unit_test(groups),         cmocka_unit_test(groups_of_other_kinds),
        cmocka_unit_test(places),         cmocka_unit_test(hash_sees_what_counts),
        cmocka_unit_test(without_data),   cmocka_unit_test(names),
        cmocka_unit_test(missing_file),   cmocka_unit_test(deep_bases),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
