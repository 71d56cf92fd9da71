#include <config.h>

#include "experiment.h"

#include "optbench/base/mem.h"

void experiment_init(struct experiment *e, const char *ini, const char *const *sets)
{
    size_t n = 0;
    *e = (struct experiment){ 0 };
    while (sets && sets[n])
        n++;
    char *path = ob_xasprintf("%s/tests/golden/%s", ob_test_env("OB_SRCDIR"), ini);
    if (ob_spec_load(path, sets, n, &e->spec, &e->diags))
        e->t = ob_trainer_create(&e->spec, &e->diags);
    free(path);
}

void experiment_finish(struct experiment *e)
{
    ob_trainer_destroy(e->t);
    ob_spec_finish(&e->spec);
    ob_diags_finish(&e->diags);
}

void experiment_make(struct experiment *e, const char *ini, const char *const *sets)
{
    experiment_init(e, ini, sets);
    ob_diags_print(&e->diags, stderr);
    assert_non_null(e->t);
}

void experiment_keep_row(struct ob_buf *rows, const struct ob_row *row, size_t width)
{
    ob_buf_add(rows, row, ob_row_size(width));
}

void experiment_keep(struct ob_buf *rows, const struct ob_trainer *t)
{
    const struct ob_row *row = ob_trainer_row(t);
    if (row)
        experiment_keep_row(rows, row, ob_trainer_columns(t)->width);
}

enum ob_stop experiment_run(struct experiment *e, uint64_t steps, struct ob_buf *rows)
{
    enum ob_stop stop = ob_trainer_start(e->t);
    experiment_keep(rows, e->t);
    return stop == OB_GO_ON ? experiment_continue(e, steps, rows) : stop;
}

enum ob_stop experiment_continue(struct experiment *e, uint64_t steps,
                                 struct ob_buf *rows)
{
    enum ob_stop stop = OB_GO_ON;
    while (stop == OB_GO_ON && ob_trainer_steps(e->t) < steps) {
        stop = ob_trainer_step(e->t);
        experiment_keep(rows, e->t);
    }
    return stop;
}
