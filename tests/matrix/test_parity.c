/*
 * Every file of shipped vectors, every case: each optimizer does what its reference did.
 * And that the certificate is complete: every optimizer has vectors or a test by hand,
 * and those of torch have 200 states for each variant.
 */
#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include "../../src/cli/parity_list.h"
#include "../lib/ob_test.h"

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/optim/optimizer.h"
#include "optbench/train/parity.h"

enum { STATES = 200 };

static struct parity_list list;

/* How many states the flag of case i has over all problems; they follow each other. */
static void enough_states(const struct ob_parity *p, size_t i, size_t *sum,
                          const struct ob_parity_result *r)
{
    const struct ob_parity_case *c = &p->item[i];
    *sum += r->count[OB_PARITY_STEP];
    if (i + 1 < p->n && strcmp(p->item[i + 1].flag, c->flag) == 0)
        return;
    if (ob_optimizer_find(p->subject, NULL) && strcmp(c->kind->name, "other") != 0 &&
        *sum < STATES)
        fail_msg("%s, %s: only %zu states", p->subject, c->flag, *sum);
    *sum = 0;
}

static void as_the_reference(void **state)
{
    const struct parity_subject *s = *state;
    struct ob_parity p = { 0 };
    struct ob_err err;
    size_t sum = 0;
    if (!ob_parity_read(&p, s->path, &err))
        fail_msg("%s", err.text);
    assert_string_equal(p.subject, s->name);
    assert_true(p.n > 0);
    for (size_t i = 0; i < p.n; i++) {
        const struct ob_parity_case *c = &p.item[i];
        struct ob_parity_result r;
        if (!ob_parity_compare(&p, i, &r, &err))
            fail_msg("%s/%s: %s", c->flag, c->problem, err.text);
        if (!r.holds)
            fail_msg("%s/%s: %s", c->flag, c->problem, r.where);
        assert_true(r.count[OB_PARITY_STEP] + r.count[OB_PARITY_WAY] > 0);
        enough_states(&p, i, &sum, &r);
    }
    ob_parity_finish(&p);
}

/* Nobody has neither, and the tests that stand for vectors are there. */
static void by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < list.n; i++) {
        const char *test = ob_parity_by_hand(list.item[i].name);
        if (!test && !list.item[i].path)
            fail_msg("%s has neither vectors nor a test by hand", list.item[i].name);
        char *path = test ? ob_path_join(ob_test_env("OB_SRCDIR"), test) : NULL;
        if (path && access(path, R_OK) != 0)
            fail_msg("%s: no such test: %s", list.item[i].name, path);
        free(path);
    }
}

/* ---- names and defaults of torch ---- */

/* What torch calls None has a word here. */
static bool same_default(const char *ours, const char *torchs)
{
    double a, b;
    if (ob_number_parse(ours, strlen(ours), &a) &&
        ob_number_parse(torchs, strlen(torchs), &b))
        return a == b;
    if (strcmp(torchs, "none") == 0)
        return strcmp(ours, "none") == 0 || strcmp(ours, "auto") == 0 ||
               strcmp(ours, "original") == 0;
    return strcmp(ours, torchs) == 0;
}

static void check_default(char *line)
{
    const char *optimizer = strsep(&line, ";"), *key = strsep(&line, ";"), *value = line;
    struct ob_err err;
    struct ob_buf ours = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(optimizer, &err);
    if (!t)
        fail_msg("%s", err.text);
    const struct ob_param *p = ob_param_find(t->params, key);
    if (!p || !ob_param_write_default(p, &ours))
        fail_msg("%s has no %s with a default", optimizer, key);
    if (!same_default(ob_buf_text(&ours), value))
        fail_msg("%s.%s is %s by default, in torch %s", optimizer, key,
                 ob_buf_text(&ours), value);
    ob_buf_finish(&ours);
}

static void defaults_of_torch(void **state)
{
    (void)state;
    char *path =
        ob_path_join(ob_test_env("OB_SRCDIR"), "tests/reference/torch_defaults.csv");
    struct ob_buf text = { 0 };
    struct ob_err err;
    size_t seen = 0;
    if (!ob_file_read(path, 65536, &text, &err))
        fail_msg("%s", err.text);
    char *rest = text.data;
    strsep(&rest, "\n");
    for (char *line; (line = strsep(&rest, "\n")) && *line; seen++)
        check_default(line);
    assert_in_range(seen, 80, 100);
    ob_buf_finish(&text);
    free(path);
}

int main(void)
{
    struct ob_err err;
    char *folder = ob_path_join(ob_test_env("OB_SRCDIR"), "data/parity");
    if (!parity_list_read(&list, folder, &err))
        ob_skip_all(err.text);
    struct CMUnitTest *test = ob_xcalloc(list.n + 2, sizeof *test);
    size_t n = 0;
    test[n++] = (struct CMUnitTest)cmocka_unit_test(by_hand);
    test[n++] = (struct CMUnitTest)cmocka_unit_test(defaults_of_torch);
    for (size_t i = 0; i < list.n; i++)
        if (list.item[i].path)
            test[n++] = (struct CMUnitTest){ .name = list.item[i].name,
                                             .test_func = as_the_reference,
                                             .initial_state = &list.item[i] };
    int failed = _cmocka_run_group_tests("parity", test, n, NULL, NULL);
    free(test);
    free(folder);
    parity_list_finish(&list);
    return failed;
}
