#include <config.h>

#include "conf_test.h"
#include "optbench/conf/schema.h"

/* What is printed about the topic, to be freed; NULL with *err where there is none. */
static char *explain(const char *topic, struct ob_err *err)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    assert_non_null(f);
    bool ok = ob_schema_explain(f, topic, err);
    fclose(f);
    if (ok)
        return text;
    assert_int_equal(n, 0);
    free(text);
    return NULL;
}

static void assert_tells(const char *topic, const char *part)
{
    struct ob_err err = { 0 };
    char *text = explain(topic, &err);
    if (!text)
        fail_msg("%s: %s", topic, err.text);
    if (!strstr(text, part))
        fail_msg("%s: no '%s' in\n%s", topic, part, text);
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
        if (end - line > 100)
            fail_msg("%s: a line of %td columns", topic, end - line);
    free(text);
}

static void topics(void **state)
{
    (void)state;
    assert_tells(NULL, "optimizer");
    assert_tells("", "group.NAME");
    assert_tells("optimizer", "adam");
    assert_tells("optimizer.adam", "beta1");
    assert_tells("optimizer.adam", "betas");
    assert_tells("adam", "beta1");
    assert_tells("lr", "[optimizer.adam]");
    assert_tells("max_steps", "[stop]");
    assert_tells("optimizer.lr", "lr");
    assert_tells("optimizer.adam.lr", "lr");
    assert_tells("himmelblau", "minimum         0 at (3, 2), (-2.80512, 3.13131)");
    assert_tells("model.rosenbrock", "start           (-1.2, 1), where it is 24.2");
    assert_tells("stop.max_steps", "100000");
    assert_tells("seed.init", "experiment.seed");
    assert_tells("group.weights.match", "patterns");
    assert_tells("group.weights", "match");
    assert_tells("group.lr", "lr");
    assert_tells("data.path", "must be given");
}

static void unknown_topics(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "optimzer", "did you mean 'optimizer'?" },
        { "optimizer.mommentum", "did you mean 'optimizer.momentum'?" },
        { "optimizer.adm", "did you mean 'optimizer.adam'?" },
        { "optimizer.sgd.beta1", "there is no 'optimizer.sgd.beta1'" },
        { "zzzzzzzz", "there is no section, kind or key 'zzzzzzzz'" },
        { ".", "there is no" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_err err = { 0 };
        assert_null(explain(cases[i][0], &err));
        assert_int_equal(err.code, OB_EUSAGE);
        if (!strstr(err.text, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], err.text);
    }
}

/* The rules for tables that no compiler checks. */
static void check_key(void *ctx, const struct ob_schema_key *key)
{
    const struct ob_param *p = key->param;
    size_t *n = ctx;
    char *topic = ob_xasprintf("%s.%s", key->section->name, p->name);
    if (!p->help || !*p->help)
        fail_msg("%s has no help", topic);
    size_t len = strlen(p->help);
    if (p->help[len - 1] == '.' || strchr(p->help, '\n'))
        fail_msg("%s: help is one sentence without a full stop", topic);
    if (strlen(p->name) > OB_INI_NAME_MAX || strlen(p->name) >= OB_SCHEMA_NAME_MAX)
        fail_msg("%s: the name is too long", topic);
    if (key->kind && ob_param_find(key->section->params, p->name))
        fail_msg("%s: the kind %s hides a key of the section", topic, key->kind->name);
    assert_tells(topic, p->name);
    free(topic);
    ++*n;
}

static void every_key(void **state)
{
    (void)state;
    size_t n = 0;
    ob_schema_each(check_key, &n);
    assert_true(n > 50);
}

static void every_kind(void **state)
{
    (void)state;
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++) {
        const struct ob_family *f = s[i].family;
        for (size_t k = 0; f && k < f->kinds; k++) {
            char *topic = ob_xasprintf("%s.%s", s[i].name, f->kind[k].name);
            assert_tells(topic, f->kind[k].title);
            free(topic);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics),
        cmocka_unit_test(unknown_topics),
        cmocka_unit_test(every_key),
        cmocka_unit_test(every_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
