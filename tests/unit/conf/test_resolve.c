/*
 * The resolved file is a valid experiment that resolves to the same bytes: for every
 * shipped experiment, and for experiments made up at random from the schema itself, so
 * that a new key is covered the day it is written into a table.
 */
#include <config.h>

#include <math.h>

#include "conf_test.h"
#include "optbench/base/number.h"
#include "optbench/base/rng.h"
#include "optbench/conf/schema.h"

/* Resolves the file at path; NULL with *said where it is refused. Both to be freed. */
static char *resolve(const char *path, uint64_t *hash, char **said)
{
    struct ob_spec s = { 0 };
    struct ob_diags d = { 0 };
    struct ob_buf out = { 0 };
    bool ok = ob_spec_load(path, NULL, 0, &s, &d);
    if (ok) {
        ob_spec_write(&s, &out);
        *hash = ob_spec_hash(&s);
    } else {
        *said = printed(&d, scratch);
    }
    ob_diags_finish(&d);
    ob_spec_finish(&s);
    return ok ? ob_buf_take(&out) : NULL;
}

static void assert_stable(const char *path)
{
    uint64_t h1 = 0, h2 = 1;
    char *said = NULL;
    char *once = resolve(path, &h1, &said);
    if (!once)
        fail_msg("%s", said);
    char *copy = put("resolved.ini", once);
    char *twice = resolve(copy, &h2, &said);
    if (!twice)
        fail_msg("%s\nof\n%s", said, once);
    if (strcmp(once, twice))
        fail_msg("%s\n--- became\n%s", once, twice);
    assert_true(h1 == h2);
    free(once);
    free(copy);
    free(twice);
}

static void shipped_experiments(void **state)
{
    (void)state;
    char *folder = ob_path_configs();
    DIR *d = opendir(folder);
    assert_non_null(d);
    size_t n = 0;
    for (struct dirent *e; (e = readdir(d));) {
        size_t len = strlen(e->d_name);
        if (len < 5 || strcmp(e->d_name + len - 4, ".ini"))
            continue;
        char *path = ob_path_join(folder, e->d_name);
        assert_stable(path);
        free(path);
        n++;
    }
    closedir(d);
    free(folder);
    assert_true(n >= 10);
}

/* A number within the limits: the ends, a whole number, or any. */
static double some_number(const struct ob_param *p, struct ob_rng *r)
{
    bool limited = p->min != 0 || p->max != 0;
    double low = limited && isfinite(p->min) ? p->min : -100;
    double high = limited && isfinite(p->max) ? p->max : low + 100;
    bool whole = p->kind == OB_PARAM_INTEGER;
    double v = low + (high - low) * ob_rng_uniform(r);
    if (ob_rng_below(r, 2) || whole)
        v = floor(v);
    if (v < low || (v == low && p->above_min))
        v = whole ? low + 1 : (low + high) / 2;
    if (v >= high && p->below_max)
        v = (low + high) / 2;
    return v;
}

static void add_number(struct ob_buf *out, double v)
{
    char text[OB_NUMBER_MAX];
    ob_buf_add(out, text, ob_number_write(text, v));
}

static void some_text(struct ob_buf *out, struct ob_rng *r)
{
    static const char letters[] = "ab \t;#\"\",=:[]$\\'";
    char text[12] = "";
    for (size_t i = ob_rng_below(r, sizeof text); i-- > 0;)
        text[i] = letters[ob_rng_below(r, sizeof letters - 1)];
    ob_ini_quote(text, out);
}

/* A value for p that its table allows; what lies outside tables is left to chance, and
 * experiments that are refused for it are thrown away. */
static void some_value(const struct ob_param *p, struct ob_rng *r, struct ob_buf *out)
{
    size_t n = 0;
    if (!strcmp(p->name, "patience_metric")) {
        ob_buf_adds(out, "loss");
        return;
    }
    if (!strcmp(p->name, "lr_lambda") || !strcmp(p->name, "milestones")) {
        ob_buf_addf(out, p->kind == OB_PARAM_TEXT ? "0.9^(t + %d)" : "3 %d",
                    (int)(4 + ob_rng_below(r, 9)));
        return;
    }
    if (p->choices) { /* a text may have usual words, too */
        while (p->choices[n])
            n++;
        ob_buf_adds(out, p->choices[ob_rng_below(r, n)]);
        return;
    }
    switch (p->kind) {
    case OB_PARAM_REAL:
    case OB_PARAM_INTEGER:
        if (p->zero_word && ob_rng_below(r, 3) == 0)
            ob_buf_adds(out, p->zero_word);
        else
            add_number(out, some_number(p, r));
        break;
    case OB_PARAM_BOOLEAN:
        ob_buf_adds(out, ob_rng_below(r, 2) ? "true" : "off");
        break;
    case OB_PARAM_REALS:
        for (n = 1 + ob_rng_below(r, 4); n-- > 0; ob_buf_addc(out, ' '))
            add_number(out, some_number(p, r));
        break;
    case OB_PARAM_TEXTS:
        if (strstr(p->name, "_draws")) {
            ob_buf_adds(out, "randn 3, linear 2 1 random64");
            break;
        }
        for (n = 1 + ob_rng_below(r, 3); n-- > 0;)
            ob_buf_addf(out, "\"c%d;%s\"%s", (int)ob_rng_below(r, 9),
                        ob_rng_below(r, 2) ? "\"\" d" : "", n ? "," : "");
        break;
    default:
        some_text(out, r);
    }
}

/* The first key of a wrapper switches it: the others say nothing where it is left out. */
static bool is_switch(const struct ob_schema_key *key)
{
    static const char *const wrappers[] = { "sam", "clip", "lookahead", "average" };
    bool found = false;
    for (size_t i = 0; i < OB_COUNT(wrappers); i++)
        found = found || !strcmp(key->section->name, wrappers[i]);
    return found && key->param == key->section->params;
}

struct maker {
    struct ob_buf out;
    struct ob_rng *rng;
    const struct ob_section *section;
    const struct ob_kind *kind; /* the chosen one */
};

static bool is_made_of_phases(const struct ob_section *s, const struct ob_kind *kind)
{
    const struct ob_schedule_type *type = kind->type;
    return !strcmp(s->name, "schedule") && (type->flags & OB_SCHEDULE_PHASES);
}

static void make_key(void *ctx, const struct ob_schema_key *key)
{
    struct maker *m = ctx;
    const struct ob_section *s = key->section;
    if (s->repeats || !strcmp(key->param->name, "base"))
        return;
    if (s != m->section) {
        m->section = s;
        m->kind =
            s->family ? &s->family->kind[ob_rng_below(m->rng, s->family->kinds)] : NULL;
        ob_buf_addf(&m->out, "[%s]\n", s->name);
        if (m->kind)
            ob_buf_addf(&m->out, "%s = %s\n", s->family->key->name, m->kind->name);
        if (m->kind && is_made_of_phases(s, m->kind))
            ob_buf_addf(&m->out, "[phase.a]\nkind = linear\n[%s]\n", s->name);
    }
    if ((key->kind && key->kind != m->kind) ||
        (s->family && key->param == s->family->key))
        return;
    bool rule = key->kind && !strcmp(key->kind->name, "rule"); /* no text is its */
    if (!key->param->required && (rule || (!is_switch(key) && ob_rng_below(m->rng, 5))))
        return;
    ob_buf_addf(&m->out, "%s = ", key->param->name);
    some_value(key->param, m->rng, &m->out);
    ob_buf_addc(&m->out, '\n');
}

static void random_experiments(void **state)
{
    (void)state;
    struct ob_rng rng;
    size_t good = 0;
    ob_rng_init(&rng, 20261121, 0);
    for (int i = 0; i < 3000; i++) {
        struct maker m = { .rng = &rng };
        uint64_t hash;
        char *said = NULL;
        ob_schema_each(make_key, &m);
        char *path = put("random.ini", m.out.data);
        char *text = resolve(path, &hash, &said);
        if (text) {
            good++;
            assert_stable(path);
        }
        free(said);
        free(text);
        free(path);
        ob_buf_finish(&m.out);
    }
    if (good < 60)
        fail_msg("only %zu of 3000 experiments were good", good);
}

/* An empty list stays empty where the default is not. */
static void empty_lists(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(DATA "[ui]\ncharts =\n", NULL, &s);
    assert_int_equal(s.ui.charts.n, 0);
    assert_resolved(&s, "ui", "charts", "");
    ob_spec_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_experiments),
        cmocka_unit_test(random_experiments),
        cmocka_unit_test(empty_lists),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
