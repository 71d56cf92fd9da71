#include <config.h>

#include <dirent.h>
#include <fcntl.h>

#include "../../lib/ob_test.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/rng.h"
#include "optbench/conf/ini.h"
#include "optbench/conf/spec.h"
#include "optbench/conf/under.h"
#include "optbench/ui/form.h"

static void begin_at(struct ob_form *f, const char *text, const char *path)
{
    struct ob_draft d = { .path = ob_xstrdup(path), .stands = true };
    ob_buf_adds(&d.text, text);
    ob_ini_under(path, &d.text, &d.under);
    *f = (struct ob_form){ 0 };
    ob_form_begin(f, &d);
}

static void begin(struct ob_form *f, const char *text)
{
    begin_at(f, text, "t.ini");
}

static const char *text_of(const struct ob_form *f)
{
    return ob_buf_text(&f->now.text);
}

static void set(struct ob_form *f, const char *section, const char *key,
                const char *value)
{
    struct ob_err err;
    size_t i = ob_form_find(f, section, key);
    assert_true(i < f->rows);
    if (!ob_form_set(f, i, value, &err))
        fail_msg("%s.%s = %s: %s", section, key, value, err.text);
}

static const struct ob_form_row *row(const struct ob_form *f, const char *section,
                                     const char *key)
{
    size_t i = ob_form_find(f, section, key);
    assert_true(i < f->rows);
    return &f->row[i];
}

#define ADAM                                                                             \
    "; a comment\n"                                                                      \
    "[data]\n"                                                                           \
    "source = csv\n"                                                                     \
    "path   = x.csv ; here\n"                                                            \
    "target = y\n"                                                                       \
    "\n"                                                                                 \
    "[optimizer]\n"                                                                      \
    "kind  = adam\n"                                                                     \
    "lr    = 0.05   ; tried\n"                                                           \
    "betas = 0.8 0.99\n"

struct seen {
    struct ob_form *form;
    size_t keys;
};

/* The form has a row for the key when its kind is chosen. */
static void has_row(void *ctx, const struct ob_schema_key *key)
{
    struct seen *s = ctx;
    if (key->section->repeats || key->section->aside)
        return;
    if (key->kind && ob_form_chosen(s->form, key->section->name) != key->kind)
        set(s->form, key->section->name, key->section->family->key->name,
            key->kind->name);
    const struct ob_form_row *r = row(s->form, key->section->name, key->param->name);
    assert_ptr_equal(r->param, key->param);
    s->keys++;
}

static void every_key_of_the_schema_has_a_row(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, "[data]\nsource = csv\n[group.w]\nmatch = w*\n");
    struct seen s = { .form = &f };
    ob_schema_each(has_row, &s);
    assert_true(s.keys > 60);
    set(&f, "optimizer", "kind", "adam");
    assert_string_equal(row(&f, "group.w", "match")->value, "w*");
    assert_string_equal(row(&f, "group.w", "beta1")->where, "group.w");
    ob_form_finish(&f);
}

static void rows_say_where_values_come_from(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, ADAM);
    assert_int_equal(row(&f, "optimizer", "lr")->from, OB_FORM_TEXT);
    assert_int_equal(row(&f, "optimizer", "lr")->line, 9);
    assert_string_equal(row(&f, "optimizer", "lr")->value, "0.05");
    assert_string_equal(row(&f, "optimizer", "lr")->fallback, "0.001");
    assert_string_equal(row(&f, "optimizer", "beta1")->value, "0.8");
    assert_string_equal(row(&f, "optimizer", "beta2")->value, "0.99");
    assert_int_equal(row(&f, "optimizer", "eps")->from, OB_FORM_DEFAULT);
    assert_true(row(&f, "optimizer", "eps")->rare);
    assert_false(ob_form_shows(row(&f, "optimizer", "eps"), false));
    assert_true(ob_form_shows(row(&f, "optimizer", "eps"), true));
    set(&f, "experiment", "seed", "7");
    assert_string_equal(row(&f, "seed", "batch")->value, "7");
    /* A key that must be given and is not there asks for it. */
    assert_true(ob_form_unset(&f, ob_form_find(&f, "data", "path")));
    assert_string_equal(row(&f, "data", "path")->problem, "must be given");
    ob_form_finish(&f);
}

static void edits_change_their_line_only(void **state)
{
    (void)state;
    struct ob_form f;
    struct ob_err err;
    begin(&f, ADAM);
    assert_false(ob_form_is_dirty(&f));
    set(&f, "optimizer", "lr", "0.1");
    assert_non_null(strstr(text_of(&f), "lr    = 0.1    ; tried\n"));
    set(&f, "optimizer", "beta2", "0.9");
    assert_non_null(strstr(text_of(&f), "betas = 0.8 0.9\n"));
    size_t lr = ob_form_find(&f, "optimizer", "lr");
    char *before = ob_xstrdup(text_of(&f));
    assert_false(ob_form_set(&f, lr, "-1", &err));
    assert_non_null(strstr(err.text, "lr"));
    assert_false(ob_form_set(&f, lr, "fast", &err));
    assert_string_equal(text_of(&f), before);
    free(before);
    /* Text that would be read otherwise is quoted. */
    set(&f, "experiment", "title", "this ; that");
    assert_non_null(strstr(text_of(&f), "title = \"this ; that\"\n"));
    assert_string_equal(row(&f, "experiment", "title")->value, "this ; that");
    assert_true(ob_form_is_dirty(&f));
    while (ob_form_undo(&f))
        ;
    assert_string_equal(text_of(&f), ADAM);
    assert_false(ob_form_is_dirty(&f));
    while (ob_form_redo(&f))
        ;
    assert_string_equal(row(&f, "experiment", "title")->value, "this ; that");
    ob_form_finish(&f);
}

static void a_part_of_a_pair_can_be_taken_out(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, ADAM);
    assert_true(ob_form_unset(&f, ob_form_find(&f, "optimizer", "beta1")));
    assert_null(strstr(text_of(&f), "betas"));
    assert_string_equal(row(&f, "optimizer", "beta1")->value, "0.9");
    assert_string_equal(row(&f, "optimizer", "beta2")->value, "0.99");
    ob_form_finish(&f);
}

static void another_kind_takes_its_own_keys(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, ADAM);
    set(&f, "optimizer", "kind", "newton");
    /* Its rate is a share of the step: 0.05 was not meant for it. */
    assert_null(strstr(text_of(&f), "lr"));
    assert_null(strstr(text_of(&f), "betas"));
    assert_string_equal(row(&f, "optimizer", "lr")->value, "1");
    assert_non_null(strstr(f.note, "betas"));
    set(&f, "optimizer", "damping", "0.5");
    set(&f, "optimizer", "kind", "adam");
    assert_null(strstr(text_of(&f), "damping"));
    assert_string_equal(row(&f, "optimizer", "lr")->value, "0.05");
    assert_string_equal(row(&f, "optimizer", "beta1")->value, "0.8");
    set(&f, "optimizer", "kind", "newton");
    assert_string_equal(row(&f, "optimizer", "damping")->value, "0.5");
    /* Between two that mean the same by it, the rate stays. */
    set(&f, "optimizer", "kind", "adam");
    set(&f, "optimizer", "kind", "sgd");
    assert_string_equal(row(&f, "optimizer", "lr")->value, "0.05");
    ob_form_finish(&f);
}

/* A group may name its own optimizer: its keys come and go with that, and stay when
 * [optimizer] changes; those of a group that names none go with [optimizer]. */
static void groups_may_go_by_another_kind(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, "[optimizer]\nkind = sgd\nlr = 0.1\nmomentum = 0.5\n"
              "[optimizer.adam]\nbeta1 = 0.75\n"
              "[group.a]\nmatch = w*\nmomentum = 0.9\n"
              "[group.b]\nmatch = bias\n");
    assert_string_equal(row(&f, "group.a", "kind")->value, "same");
    assert_string_equal(row(&f, "group.b", "momentum")->value, "0.5");
    set(&f, "group.a", "kind", "adam");
    assert_null(strstr(text_of(&f), "momentum = 0.9"));
    assert_non_null(strstr(f.note, "momentum was set for sgd and is out"));
    assert_string_equal(row(&f, "group.a", "beta1")->value, "0.75");
    assert_string_equal(row(&f, "group.a", "lr")->value, "0.001");
    set(&f, "group.a", "beta2", "0.5");
    set(&f, "optimizer", "kind", "newton");
    assert_string_equal(row(&f, "group.a", "beta2")->value, "0.5");
    assert_string_equal(row(&f, "group.b", "lr")->value, "1");
    set(&f, "optimizer", "kind", "sgd");
    assert_true(ob_form_unset(&f, ob_form_find(&f, "group.a", "kind")));
    assert_null(strstr(text_of(&f), "beta2"));
    assert_string_equal(row(&f, "group.a", "momentum")->value, "0.9");
    set(&f, "group.a", "kind", "adam");
    assert_string_equal(row(&f, "group.a", "beta2")->value, "0.5");
    ob_form_finish(&f);
}

/* Groups and layers are offered as long as they are not there; a layer has its own keys
 * and none of the optimizer's. */
/* The texts of a typed rule name rows; those of a group are those of [optimizer]. */
static void typed_options_have_rows(void **state)
{
    (void)state;
    struct ob_form f = { 0 };
    begin(&f, "[optimizer]\nkind = rule\nparams = lr 0.5, beta 0.9\nbeta = 0.25\n"
              "[group.w]\nmatch = w*\n");
    assert_string_equal(row(&f, "optimizer", "beta")->value, "0.25");
    assert_int_equal(row(&f, "optimizer", "beta")->from, OB_FORM_TEXT);
    assert_string_equal(row(&f, "group.w", "beta")->value, "0.25");
    set(&f, "optimizer", "params", "gamma 3, eps 1e-8");
    assert_string_equal(row(&f, "optimizer", "gamma")->value, "3");
    assert_string_equal(row(&f, "group.w", "eps")->value, "1e-08");
    set(&f, "optimizer", "gamma", "4");
    assert_string_equal(row(&f, "optimizer", "gamma")->value, "4");
    ob_form_finish(&f);
}

static void sections_are_added(void **state)
{
    (void)state;
    struct ob_form f;
    struct ob_form_addition a[8], layer = { .section = "layer.linear1" };
    begin(&f, "[model]\nkind = linear\n[optimizer]\nlr = 0.1\n");
    assert_int_equal(ob_form_additions(&f, a, OB_COUNT(a)), 7);
    assert_int_equal(ob_form_additions(&f, a, 1), 1);
    size_t row = ob_form_add(&f, &a[0]);
    assert_true(row < f.rows && strcmp(f.row[row].where, "group.weights") == 0);
    assert_string_equal(ob_form_value(&f, "group.weights", "match"), "w");
    assert_true(ob_form_find(&f, "group.weights", "lr") < f.rows);
    assert_int_equal(ob_form_additions(&f, a, OB_COUNT(a)), 6);
    assert_string_equal(a[0].section, "group.biases");
    assert_true(ob_form_undo(&f));
    assert_null(strstr(text_of(&f), "group"));
    assert_int_equal(ob_form_additions(&f, a, OB_COUNT(a)), 7);

    /* Around the optimizer, switched on as it is added; parts where a schedule has some.
     */
    assert_string_equal(a[3].section, "average");
    row = ob_form_add(&f, &a[3]);
    assert_string_equal(f.row[row].where, "average");
    assert_non_null(strstr(text_of(&f), "[average]\nkind = ema\n"));
    assert_true(ob_form_undo(&f));
    set(&f, "schedule", "kind", "sequential");
    assert_int_equal(ob_form_additions(&f, a, OB_COUNT(a)), 8);
    row = ob_form_add(&f, &a[0]);
    assert_string_equal(f.row[row].where, "phase.begin");
    assert_string_equal(ob_form_value(&f, "phase.begin", "kind"), "linear");
    assert_true(ob_form_find(&f, "phase.begin", "total_iters") < f.rows);
    assert_true(ob_form_undo(&f) && ob_form_undo(&f));

    row = ob_form_add(&f, &layer);
    assert_true(row < f.rows && f.row[row].param != NULL);
    assert_string_equal(f.row[row].where, "layer.linear1");
    assert_true(ob_form_find(&f, "layer.linear1", "dropout") < f.rows);
    assert_int_equal(ob_form_find(&f, "layer.linear1", "kind"), f.rows);
    assert_int_equal(ob_form_find(&f, "layer.linear1", "lr"), f.rows);
    set(&f, "layer.linear1", "activation", "tanh");
    assert_non_null(strstr(text_of(&f), "[layer.linear1]\nactivation = tanh\n"));
    ob_form_finish(&f);
}

/* Sources that make their rows have a target of their own. */
static void targets_that_need_no_naming(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, "[data]\nsource = moons\n");
    assert_string_equal(row(&f, "data", "target")->value, "y");
    assert_int_equal(row(&f, "data", "target")->from, OB_FORM_DEFAULT);
    set(&f, "data", "source", "grid");
    assert_null(row(&f, "data", "target")->value);
    set(&f, "data", "target", "z");
    set(&f, "data", "source", "xor");
    assert_string_equal(row(&f, "data", "target")->value, "z");
    ob_form_finish(&f);
}

static void settings_of_a_kind_are_edited_in_their_section(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, "[optimizer]\nkind = gd\n\n[optimizer.gd]\nlr = 0.3\n");
    assert_string_equal(row(&f, "optimizer", "lr")->where, "optimizer.gd");
    set(&f, "optimizer", "lr", "0.2");
    assert_string_equal(text_of(&f),
                        "[optimizer]\nkind = gd\n\n[optimizer.gd]\nlr = 0.2\n");
    ob_form_finish(&f);
}

static void texts_can_be_moved(void **state)
{
    (void)state;
    struct ob_form f;
    struct ob_buf out = { 0 };
    begin_at(&f, ADAM, "/some where/t.ini");
    ob_form_placed(&f, &out);
    assert_non_null(strstr(ob_buf_text(&out), "path   = /some where/x.csv ; here\n"));
    ob_buf_finish(&out);
    ob_form_finish(&f);
    /* A folder's own '$' is no variable. */
    begin_at(&f, ADAM, "/a${HOME}b/t.ini");
    ob_form_placed(&f, &out);
    assert_non_null(strstr(ob_buf_text(&out), "path   = /a$${HOME}b/x.csv ; here\n"));
    ob_buf_finish(&out);
    ob_form_finish(&f);
    begin(&f, "[data]\npath = @data/x.csv\n");
    ob_form_placed(&f, &out);
    assert_string_equal(ob_buf_text(&out), text_of(&f));
    ob_buf_finish(&out);
    ob_form_finish(&f);
}

/* An experiment as its resolved text, or NULL where it does not load. */
static char *resolve(const char *path, const char *text)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_buf out = { 0 };
    struct ob_err err;
    if (text && !ob_file_replace(AT_FDCWD, path, text, strlen(text), false, &err))
        fail_msg("%s", err.text);
    if (ob_spec_load(path, NULL, 0, &spec, &diags))
        ob_spec_write(&spec, &out);
    else
        fprintf(stderr, "%s: %s\n", path, diags.item[0].text);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    return out.len ? ob_buf_take(&out) : NULL;
}

/* Whose keys mean nothing, and are refused, until one of them switches it on. */
static bool is_wrapper(const char *section)
{
    static const char *const name[] = { "sam", "clip", "lookahead", "average" };
    bool found = false;
    for (size_t i = 0; i < OB_COUNT(name); i++)
        found |= strcmp(section, name[i]) == 0;
    return found;
}

/* Sets keys to what they are anyway, to other choices and back to their defaults: the
 * file loads after each. Momentum stays, for nesterov may need it, and so do kinds:
 * another model may need data. */
static void edit_at_random(struct ob_form *f, const char *path, struct ob_rng *r)
{
    struct ob_err err;
    for (int i = 0; i < 12; i++) {
        size_t at = ob_rng_below(r, f->rows);
        const struct ob_form_row *row = &f->row[at];
        if (!row->param || row->section->repeats ||
            strcmp(row->param->name, "base") == 0 ||
            strcmp(row->section->name, "data") == 0 || is_wrapper(row->section->name) ||
            strcmp(row->param->name, "kind") == 0 ||
            strcmp(row->param->name, "metrics") == 0 ||
            strcmp(row->param->name, "momentum") == 0)
            continue;
        if (ob_rng_below(r, 4) == 0 && !row->param->required)
            ob_form_unset(f, at);
        else if (row->param->kind == OB_PARAM_CHOICE && row->kind == OB_FORM_KEY)
            ob_form_set(f, at, row->param->choices[0], &err);
        else if (row->value && *row->value)
            ob_form_set(f, at, row->value, &err);
    }
    struct ob_buf placed = { 0 };
    ob_form_placed(f, &placed);
    char *text = resolve(path, ob_buf_text(&placed));
    assert_non_null(text);
    free(text);
    ob_buf_finish(&placed);
}

static void shipped_experiments_stay_what_they_are(void **state)
{
    (void)state;
    char *folder = ob_path_join(ob_test_env("OB_SRCDIR"), "configs");
    char *data = ob_path_join(ob_test_env("OB_SRCDIR"), "data");
    DIR *dir = opendir(folder);
    struct ob_rng r;
    size_t files = 0;
    assert_non_null(dir);
    assert_int_equal(setenv("OPTBENCH_DATA", data, 1), 0);
    ob_rng_init(&r, 5, 0);
    for (struct dirent *d; (d = readdir(dir));) {
        struct ob_buf text = { 0 }, out = { 0 };
        struct ob_err err;
        struct ob_form f;
        if (!strstr(d->d_name, ".ini"))
            continue;
        char *path = ob_path_join(folder, d->d_name);
        assert_true(ob_file_read(path, OB_INI_FILE_MAX, &text, &err));
        begin_at(&f, ob_buf_text(&text), path);
        assert_string_equal(text_of(&f), ob_buf_text(&text));
        for (size_t i = 0; i < f.rows; i++)
            if (f.row[i].problem)
                fail_msg("%s: %s.%s: %s", d->d_name, f.row[i].where, f.row[i].param->name,
                         f.row[i].problem);
        /* Cut down, it resolves to the same; moved away, too. */
        char *resolved = resolve(path, NULL);
        assert_non_null(resolved);
        ob_form_compact(resolved, data, "", &out);
        char *again = resolve("form-compact.ini", ob_buf_text(&out));
        assert_string_equal(again, resolved);
        free(again);
        ob_buf_clear(&out);
        ob_form_placed(&f, &out);
        again = resolve("form-placed.ini", ob_buf_text(&out));
        assert_string_equal(again, resolved);
        edit_at_random(&f, "form-edited.ini", &r);
        free(again);
        free(resolved);
        ob_form_finish(&f);
        ob_buf_finish(&text);
        ob_buf_finish(&out);
        free(path);
        files++;
    }
    closedir(dir);
    remove("form-compact.ini");
    remove("form-placed.ini");
    remove("form-edited.ini");
    free(data);
    free(folder);
    assert_true(files >= 10);
}

static void what_it_is_based_on_shows_through(void **state)
{
    (void)state;
    char *folder = ob_path_join(ob_test_env("OB_SRCDIR"), "configs");
    char *path = ob_path_join(folder, "heights-momentum.ini");
    struct ob_buf text = { 0 };
    struct ob_err err;
    struct ob_form f;
    assert_true(ob_file_read(path, OB_INI_FILE_MAX, &text, &err));
    begin_at(&f, ob_buf_text(&text), path);
    assert_int_equal(row(&f, "data", "target")->from, OB_FORM_BASE);
    assert_string_equal(row(&f, "data", "target")->value, "height_m");
    /* The base has a rate for gradient descent; Newton's method must not take it. */
    set(&f, "optimizer", "kind", "newton");
    assert_string_equal(row(&f, "optimizer", "lr")->value, "1");
    ob_form_finish(&f);
    ob_buf_finish(&text);
    free(path);
    free(folder);
}

static void another_experiment_can_be_taken_back(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, ADAM);
    set(&f, "optimizer", "lr", "0.2");
    struct ob_draft d = { .path = ob_xstrdup("new.ini") };
    ob_form_template(&d.text);
    ob_form_begin(&f, &d);
    assert_string_equal(f.now.path, "new.ini");
    assert_false(ob_form_is_saved(&f));
    assert_true(ob_form_undo(&f));
    assert_string_equal(f.now.path, "t.ini");
    assert_string_equal(row(&f, "optimizer", "lr")->value, "0.2");
    assert_true(ob_form_is_dirty(&f));
    ob_form_saved(&f, "u.ini");
    assert_true(ob_form_is_saved(&f));
    ob_form_finish(&f);
}

/* A model without data has no use for [data]: its rows stay, for the text keeps the keys,
 * but are not shown and ask for nothing; another model brings them back. */
static void a_function_needs_no_data(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, "[data]\nsource = csv\ntarget = y\n[batch]\n[model]\nkind = linear\n");
    assert_true(ob_form_needs_data(&f));
    assert_non_null(row(&f, "data", "path")->problem);
    assert_true(ob_form_shows(row(&f, "batch", "size"), false));
    set(&f, "model", "kind", "quadratic");
    assert_false(ob_form_needs_data(&f));
    for (size_t i = 0; i < f.rows; i++) {
        bool data = strcmp(f.row[i].section->name, "data") == 0;
        assert_int_equal(f.row[i].idle, data);
        if (data) {
            assert_false(ob_form_shows(&f.row[i], true));
            assert_null(f.row[i].problem);
        }
    }
    assert_false(ob_form_shows(row(&f, "batch", "size"), false));
    assert_true(ob_form_shows(row(&f, "batch", "size"), true));
    assert_string_equal(ob_form_value(&f, "data", "target"), "y");
    set(&f, "batch", "size", "3");
    assert_true(ob_form_shows(row(&f, "batch", "size"), false));
    set(&f, "model", "kind", "linear");
    assert_string_equal(row(&f, "data", "target")->value, "y");
    assert_true(ob_form_shows(row(&f, "data", "path"), false));
    ob_form_finish(&f);
}

/* Texts of any kind, as they come from an editor, make a form. */
static void malformed_texts_are_shown(void **state)
{
    (void)state;
    static const char *const line[] = {
        "[optimizer]", "[data]",     "kind = adam",    "kind = none",
        "lr = x",      "betas = 1",  "[broken",        "  more",
        "= 3",         "[group.]",   "[group.a]",      "match =",
        "[seed]",      "init = \"a", "path = \"a\" b", "[experiment",
        "; x",         "",           "source = csv",   "[model.linear]",
    };
    struct ob_rng r;
    ob_rng_init(&r, 9, 0);
    for (int i = 0; i < 2000; i++) {
        struct ob_buf text = { 0 };
        struct ob_form f;
        struct ob_err err;
        size_t n = ob_rng_below(&r, 12);
        for (size_t k = 0; k < n; k++)
            ob_buf_addf(&text, "%s\n", line[ob_rng_below(&r, OB_COUNT(line))]);
        begin(&f, ob_buf_text(&text));
        size_t at = ob_rng_below(&r, f.rows);
        /* A kind is set in the section itself, whatever [section.KIND] says of one. */
        bool dotted = f.row[at].kind != OB_FORM_KEY && strchr(f.row[at].where, '.');
        if (f.row[at].param && !dotted) {
            const char *value = f.row[at].fallback ? f.row[at].fallback : "1";
            char *wanted = ob_xstrdup(value), *key = ob_xstrdup(f.row[at].param->name);
            char *where = ob_xstrdup(f.row[at].where);
            if (*wanted && ob_form_set(&f, at, wanted, &err))
                assert_string_equal(ob_form_value(&f, where, key), wanted);
            free(where);
            free(wanted);
            free(key);
        }
        ob_form_undo(&f);
        assert_string_equal(text_of(&f), ob_buf_text(&text));
        ob_form_finish(&f);
        ob_buf_finish(&text);
    }
}

#define SWEEP                                                                            \
    "[optimizer]\n"                                                                      \
    "kind = adam\n"                                                                      \
    "\n"                                                                                 \
    "[sweep]\n"                                                                          \
    "optimizer.lr = log 1e-4 .. 1 x 9 ; nine\n"                                          \
    "seeds = init 3\n"                                                                   \
    "model.hidden = \"64 64\", 32\n"                                                     \
    "\n"                                                                                 \
    "[tune.adam]\n"                                                                      \
    "lr = 0.1, 1\n"

static void sweeps_have_rows_of_what_varies(void **state)
{
    (void)state;
    struct ob_form f;
    begin(&f, SWEEP);
    assert_true(ob_form_is_sweep(&f));
    const struct ob_form_row *lr = row(&f, "sweep", "optimizer.lr");
    assert_string_equal(lr->value, "log 1e-4 .. 1 x 9");
    assert_string_equal(lr->axis->key, "optimizer.lr");
    assert_non_null(strstr(lr->param->help, "the values of optimizer.lr: learning rate"));
    assert_int_equal(lr->line, 5);
    assert_string_equal(row(&f, "tune.adam", "lr")->axis->key, "optimizer.lr");
    assert_null(row(&f, "sweep", "seeds")->axis);
    assert_string_equal(row(&f, "sweep", "model.hidden")->value, "\"64 64\", 32");
    /* What is asked about most is to be seen, the rest where it is set. */
    assert_true(ob_form_shows(row(&f, "sweep", "trials"), false));
    assert_false(ob_form_shows(row(&f, "sweep", "retries"), false));
    set(&f, "sweep", "optimizer.lr", "0.1, 0.2");
    assert_non_null(strstr(text_of(&f), "optimizer.lr = 0.1, 0.2"));
    assert_non_null(strstr(text_of(&f), "; nine\n"));
    assert_true(ob_form_unset(&f, ob_form_find(&f, "sweep", "model.hidden")));
    assert_null(strstr(text_of(&f), "hidden"));
    assert_int_equal(ob_form_find(&f, "sweep", "model.hidden"), f.rows);
    ob_form_finish(&f);
}

static void keys_are_varied_around_their_values(void **state)
{
    (void)state;
    static const struct {
        const char *section, *key, *axis, *values;
    } cases[] = {
        { "optimizer", "lr", "optimizer.lr", "log 0.005 .. 0.5 x 5" },
        { "optimizer", "beta1", "optimizer.beta1", "0.4, 0.8, 0.93" },
        { "optimizer", "weight_decay", "optimizer.weight_decay", "0, 0.01, 0.1" },
        { "optimizer", "amsgrad", "optimizer.amsgrad", "no, yes" },
        { "optimizer", "kind", "optimizer.kind", "adam, sgd, rmsprop" },
        { "batch", "size", "batch.size", "full, 16, 64" },
        { "data", "path", "data.path", "x.csv" },
        { "experiment", "seed", "seeds", "3" },
        { "seed", "init", "seeds", "init 3" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_form f;
        struct ob_err err;
        size_t axis, again;
        begin(&f, ADAM);
        assert_false(ob_form_is_sweep(&f));
        size_t from = ob_form_find(&f, cases[i].section, cases[i].key);
        assert_true(ob_form_vary(&f, from, &axis, &err));
        assert_true(ob_form_is_sweep(&f));
        assert_true(axis < f.rows);
        assert_string_equal(f.row[axis].where, "sweep");
        assert_string_equal(f.row[axis].param->name, cases[i].axis);
        assert_string_equal(f.row[axis].value, cases[i].values);
        assert_null(f.row[axis].problem);
        /* What is there stays; and what varies is not varied. */
        assert_true(ob_form_set(&f, axis, "7", &err));
        assert_true(ob_form_vary(&f, ob_form_find(&f, cases[i].section, cases[i].key),
                                 &again, &err));
        assert_string_equal(f.row[again].value, "7");
        assert_false(ob_form_vary(&f, again, &axis, &err));
        assert_int_equal(err.code, OB_EUSAGE);
        ob_form_finish(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_the_schema_has_a_row),
        cmocka_unit_test(rows_say_where_values_come_from),
        cmocka_unit_test(edits_change_their_line_only),
        cmocka_unit_test(a_part_of_a_pair_can_be_taken_out),
        cmocka_unit_test(another_kind_takes_its_own_keys),
        cmocka_unit_test(groups_may_go_by_another_kind),
        cmocka_unit_test(typed_options_have_rows),
        cmocka_unit_test(sections_are_added),
        cmocka_unit_test(targets_that_need_no_naming),
        cmocka_unit_test(settings_of_a_kind_are_edited_in_their_section),
        cmocka_unit_test(texts_can_be_moved),
        cmocka_unit_test(shipped_experiments_stay_what_they_are),
        cmocka_unit_test(what_it_is_based_on_shows_through),
        cmocka_unit_test(another_experiment_can_be_taken_back),
        cmocka_unit_test(a_function_needs_no_data),
        cmocka_unit_test(malformed_texts_are_shown),
        cmocka_unit_test(sweeps_have_rows_of_what_varies),
        cmocka_unit_test(keys_are_varied_around_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
