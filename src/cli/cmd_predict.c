#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "open_config.h"
#include "open_point.h"
#include "predict_rows.h"

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* Everything that a line is made from. */
struct table {
    const struct ob_point *point;
    const struct ob_dataset *data; /* whose rows are told */
    bool fresh;                    /* they are not the run's own: no part, no target */
    struct ob_buf out;
};

/* ---- the text ---- */

/* A cell as RFC 4180 has it. */
static void cell(struct ob_buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        ob_buf_adds(out, text);
        return;
    }
    ob_buf_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            ob_buf_addc(out, '"');
        ob_buf_addc(out, *text);
    }
    ob_buf_addc(out, '"');
}

static void number(struct ob_buf *out, double v)
{
    char text[OB_NUMBER_MAX];
    ob_number_write(text, v);
    ob_buf_adds(out, text);
}

/* The word of a class, or its number. */
static void class_cell(struct ob_buf *out, const struct ob_problem *p, size_t c)
{
    if (p->class_name)
        cell(out, p->class_name[c]);
    else
        ob_buf_addf(out, "%zu", c);
}

static void header(struct table *t, const struct ob_problem *p)
{
    ob_buf_adds(&t->out, t->fresh ? "row" : "row,part");
    if (!t->fresh && t->data->has_y)
        ob_buf_adds(&t->out, ",target");
    ob_buf_adds(&t->out, ",prediction");
    for (size_t c = 0; c < p->classes; c++) {
        struct ob_buf name = { 0 };
        ob_buf_adds(&name, "p.");
        if (p->class_name)
            ob_buf_adds(&name, p->class_name[c]);
        else
            ob_buf_addf(&name, "%zu", c);
        ob_buf_addc(&t->out, ',');
        cell(&t->out, ob_buf_text(&name));
        ob_buf_finish(&name);
    }
    ob_buf_addc(&t->out, '\n');
}

/* Of two classes with one output: that of class 1. */
static double probability(const struct ob_problem *p, const double *said, size_t c)
{
    if (p->outputs == p->classes)
        return said[c];
    return c == 1 ? said[0] : 1 - said[0];
}

/* The most probable class, the first of equals; of two with one output class 1 where it
 * is above one half, as accuracy counts. */
static size_t likeliest(const struct ob_problem *p, const double *said)
{
    size_t best = 0;
    if (p->outputs != p->classes)
        return said[0] > 0.5;
    for (size_t c = 1; c < p->classes; c++)
        if (said[c] > said[best])
            best = c;
    return best;
}

/* Row i of a part, as the problem of that part says it. */
static void line(struct table *t, const struct ob_problem *p, const struct ob_dataset *d,
                 enum ob_data_part part, size_t i, const double *said)
{
    struct ob_buf *out = &t->out;
    ob_buf_addf(out, "%zu", ob_dataset_source_row(d, i) + 1);
    if (!t->fresh)
        ob_buf_addf(out, ",%s", ob_data_part_title(part));
    if (!t->fresh && d->has_y) {
        ob_buf_addc(out, ',');
        if (d->class_name)
            cell(out, d->class_name[(size_t)d->y.value[i]]);
        else
            number(out, d->y.value[i]);
    }
    ob_buf_addc(out, ',');
    if (p->classes)
        class_cell(out, p, likeliest(p, said));
    else
        number(out, said[0]);
    for (size_t c = 0; c < p->classes; c++) {
        ob_buf_addc(out, ',');
        number(out, probability(p, said, c));
    }
    ob_buf_addc(out, '\n');
}

/* ---- one part after the other ---- */

/* The model in the precision of the run, over the rows of a part. */
static struct ob_problem *problem_of(const struct ob_point *point,
                                     const struct ob_dataset *view, struct ob_err *err)
{
    const struct ob_spec *s = &point->spec;
    struct ob_problem_common common = ob_spec_common(s);
    common.l1 = common.l2 = 0;
    return ob_problem_create(s->model.type, s->model.opts, &common, view, err);
}

static bool say(struct table *t, const struct ob_dataset *d, enum ob_data_part part,
                struct ob_err *err)
{
    const struct ob_point *point = t->point;
    struct ob_problem *p = problem_of(point, d, err);
    struct ob_vec theta = { 0 };
    double *said = NULL;
    bool ok = p != NULL;
    if (ok && !(ob_problem_can(p) & OB_CAN_PREDICT))
        ok = ob_fail(err, OB_EUSAGE, "%s: this %s model predicts nothing for a row",
                     point->name, p->type->name);
    if (ok && p->n != point->problem->n)
        ok = ob_fail(err, OB_EDATA, "%s: these rows would need another model", d->origin);
    ok = ok && ob_vec_init(&theta, p->dtype, p->n, err);
    if (ok) {
        ob_vec_write(&theta, 0, p->n, point->theta);
        said = ob_alloc(d->rows * p->outputs, sizeof *said, err);
        ok = said && ob_problem_predict(p, theta.data, said, err);
    }
    if (ok && !t->out.len)
        header(t, p);
    for (size_t i = 0; ok && i < d->rows; i++)
        line(t, p, d, part, i, said + i * p->outputs);
    free(said);
    ob_vec_finish(&theta);
    ob_problem_destroy(p);
    return ok;
}

static bool say_parts(struct table *t, struct ob_err *err)
{
    bool ok = true;
    for (int part = 0; ok && part < OB_DATA_PARTS; part++) {
        struct ob_dataset view = { 0 };
        bool wanted = !t->fresh || part == OB_PART_TEST;
        if (!wanted || !ob_dataset_part_rows(t->data, (enum ob_data_part)part))
            continue;
        ob_dataset_part(t->data, (enum ob_data_part)part, &view);
        ok = say(t, &view, (enum ob_data_part)part, err);
        ob_dataset_view_finish(&view);
    }
    return ok;
}

/* ---- the command ---- */

/* A terminal gets what it can show; everybody else every byte. */
static bool put(const char *file, const struct ob_buf *text, struct ob_err *err)
{
    if (file)
        return ob_file_replace(AT_FDCWD, file, text->data, text->len, false, err);
    bool terminal = isatty(STDOUT_FILENO) == 1;
    for (const char *s = ob_buf_text(text), *end; *s; s = end + 1) {
        struct ob_buf safe = { 0 };
        end = strchr(s, '\n');
        if (terminal)
            ob_text_safe(&safe, s, (size_t)(end - s));
        else
            ob_buf_add(&safe, s, (size_t)(end - s));
        puts(ob_buf_text(&safe));
        ob_buf_finish(&safe);
    }
    return fflush(stdout) == 0 ||
           ob_fail(err, OB_EIO, "standard output cannot be written");
}

static int predict(const struct ob_args *args, const struct ob_point *point)
{
    struct table t = { .point = point, .data = &point->data };
    struct ob_dataset fresh = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_err err = { 0 };
    const char *path = ob_args_get(args, "data");
    int status = 0;
    if (point->data.rows == 0)
        return ob_cli_failf(OB_EUSAGE, "%s: a %s model has no rows to predict",
                            point->name, point->problem->type->name);
    if (path && access(path, F_OK) != 0)
        return ob_cli_failf(OB_EIO, "--data: cannot open %s: %s", path,
                            ob_errno_text(errno));
    if (path && !ob_predict_rows(&point->spec, &point->data, path, &fresh, &diags))
        return ob_cli_complain(&diags);
    ob_diags_finish(&diags);
    if (path) {
        t.data = &fresh;
        t.fresh = true;
    }
    if (!say_parts(&t, &err) || !put(ob_args_get(args, "output"), &t.out, &err))
        status = ob_cli_fail(&err);
    ob_buf_finish(&t.out);
    ob_dataset_finish(&fresh);
    return status;
}

static int run(const struct ob_args *args)
{
    struct ob_buf path = { 0 };
    struct ob_point point = { 0 };
    int status;
    if (!ob_cli_find_run(args, &path, &status)) {
        ob_buf_finish(&path);
        return status;
    }
    const struct ob_point_ask ask = { .what = ob_buf_text(&path),
                                      .at = ob_args_get(args, "at"),
                                      .average = true };
    if (ob_point_open(&point, &ask, &status)) {
        int changed = 0;
        if (point.averaged && !ask.at)
            ob_cli_failf(OB_OK,
                         "%s: predicted by the average of its parameters; --at end takes "
                         "the last ones",
                         point.name);
        if (point.other_data) /* whose means, and whose classes, may be others, too */
            changed = ob_cli_failf(OB_EDATA, "%s: the data have changed since the run",
                                   point.name);
        status = predict(args, &point);
        status = status ? status : changed;
    }
    ob_point_finish(&point);
    ob_buf_finish(&path);
    return status;
}

static const struct ob_option options[] = {
    { .name = "data",
      .argument = "FILE",
      .word = OB_WORD_FILE,
      .help = "predict the rows of another table with the same columns; it needs no "
              "target" },
    { .name = "output",
      .letter = 'o',
      .argument = "FILE",
      .word = OB_WORD_FILE,
      .help = "write there instead of to standard output" },
    OB_OPTION_AT,
    OB_OPTION_RUNS,
    { 0 },
};

const struct ob_command_type ob_command_predict = {
    .name = "predict",
    .operands = "[RUN]",
    .most = 1,
    .first = OB_WORD_RUN,
    .summary = "what a trained model says about rows, as CSV",
    .about = "One line a row: its number in the source, the part of the data that it is "
             "in, the "
             "target, the prediction, and of a classifier the probability of each class. "
             "Features are scaled as they were for training. With --data the rows are "
             "those of "
             "another file. A run that keeps an average of its parameters predicts by "
             "that, unless --at says otherwise. Ends with 3 where the data of the run "
             "have changed since: "
             "scales and classes are then those of the new data.",
    .options = options,
    .run = run,
};
