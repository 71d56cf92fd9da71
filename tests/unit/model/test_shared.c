/* Problems shared out among ranks, which are threads here: every answer has the bits that
 * one process gives, and what cannot be shared out is refused. The connection is the
 * least that num/share.h asks for; that of processes is tested by tests/cluster/mpi.sh.
 */
#include <config.h>

#include "../../lib/ob_toy.h"

#include <math.h>
#include <pthread.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/model/shared.h"
#include "optbench/num/kernels.h"

enum { ROWS = 9 * OB_CHUNK + 700, FEATURES = 3, RANKS = 4, MOST = 4096 };

/* ---- threads as ranks ---- */

struct line {
    pthread_barrier_t meet;
    unsigned ranks;
    void *part[RANKS]; /* what each rank brings to a sum */
    struct ob_buf told;
};

struct rank {
    struct ob_share share;
    struct line *line;
    struct ob_problem *problem;
    pthread_t thread;
};

static void add(enum ob_dtype dtype, size_t n, void *v, const void *w)
{
    ob_kernels(dtype)->axpy(n, 1, w, v);
}

/* Each rank adds up copies of all parts, in halves. */
static void sum(struct ob_share *s, enum ob_dtype dtype, size_t n, void *v)
{
    struct line *l = s->self;
    const size_t bytes = n * ob_dtype_size(dtype);
    char *all = ob_xcalloc(l->ranks, bytes);
    l->part[s->rank] = v;
    pthread_barrier_wait(&l->meet);
    for (unsigned r = 0; r < l->ranks; r++)
        memcpy(all + r * bytes, l->part[r], bytes);
    pthread_barrier_wait(&l->meet);
    for (unsigned half = l->ranks / 2; half > 0; half /= 2)
        for (unsigned r = 0; r < half; r++)
            add(dtype, n, all + r * bytes, all + (r + half) * bytes);
    memcpy(v, all, bytes);
    free(all);
}

static void tell(struct ob_share *s, const void *data, size_t size)
{
    struct line *l = s->self;
    ob_buf_clear(&l->told);
    ob_buf_add(&l->told, data, size);
    pthread_barrier_wait(&l->meet);
    pthread_barrier_wait(&l->meet);
}

static void hear(struct ob_share *s, struct ob_buf *text)
{
    struct line *l = s->self;
    ob_buf_clear(text);
    pthread_barrier_wait(&l->meet);
    ob_buf_add(text, l->told.data, l->told.len);
    pthread_barrier_wait(&l->meet);
}

static void give_up(struct ob_share *s, const struct ob_err *err)
{
    fprintf(stderr, "rank %u: %s\n", s->rank, err->text);
    abort();
}

/* ---- problems ---- */

static double *data[FEATURES + 1]; /* the columns, then the target */

static void fill(void)
{
    struct ob_rng rng;
    ob_rng_init(&rng, 11, 0);
    for (size_t j = 0; j <= FEATURES; j++) {
        data[j] = ob_xcalloc(ROWS, sizeof **data);
        for (size_t i = 0; i < ROWS; i++)
            data[j][i] = ob_rng_uniform(&rng) * 2 - 1;
    }
    for (size_t i = 0; i < ROWS; i++)
        data[FEATURES][i] = data[FEATURES][i] > 0;
}

struct case_ {
    const char *model, *settings;
    enum ob_dtype dtype;
};

static struct ob_problem *make(const struct case_ *c, struct ob_share *share, bool apart,
                               struct ob_err *err)
{
    const struct ob_problem_type *type = ob_problem_find(c->model, NULL);
    const struct ob_problem_common common = { .dtype = c->dtype,
                                              .l2 = 0.01,
                                              .math = OB_MATH_AUTO,
                                              .dropout_seed = 3,
                                              .share = share,
                                              .apart = apart };
    struct ob_dataset d =
        toy_dataset(ROWS, FEATURES, (const double *const *)data, data[FEATURES]);
    void *opts = toy_opts(type->params, type->opts_size, c->settings);
    struct ob_problem *p = ob_problem_create(type, opts, &common, &d, err);
    ob_params_finish(type->params, opts);
    free(opts);
    return p;
}

static void *follow(void *arg)
{
    struct rank *r = arg;
    ob_problem_follow(r->problem);
    ob_problem_destroy(r->problem);
    return NULL;
}

/* Everything that can be asked, one answer behind the other; returns how many numbers. */
struct answers {
    double at[MOST];
    size_t n;
};

static void keep(struct answers *a, const void *v, size_t n, enum ob_dtype dtype)
{
    for (size_t i = 0; i < n && a->n < MOST; i++)
        a->at[a->n++] =
            dtype == OB_F32 ? (double)((const float *)v)[i] : ((const double *)v)[i];
}

static void ask_values(struct ob_problem *p, const void *theta, struct answers *a)
{
    double grad[256];
    struct ob_eval e;
    for (int i = 0; i < 2; i++) {
        ob_problem_eval(p, theta, i ? NULL : grad, &e);
        keep(a, &e.loss, 1, OB_F64);
        a->at[a->n++] = (double)e.clamped;
    }
    keep(a, grad, p->n, p->dtype);
}

static void ask_seconds(struct ob_problem *p, const void *theta, struct answers *a)
{
    double out[1024], one;
    const unsigned can = ob_problem_can(p);
    if (can & OB_CAN_HVP && ob_problem_hvp(p, theta, theta, out, NULL))
        keep(a, out, p->n, p->dtype);
    if (can & OB_CAN_CURVATURE && ob_problem_curvature(p, theta, theta, &one, NULL))
        keep(a, &one, 1, OB_F64);
    if (can & OB_CAN_HESSIAN && ob_problem_hessian(p, theta, out, NULL))
        keep(a, out, p->n * p->n, OB_F64);
    if (can & OB_CAN_GAUSS_NEWTON && ob_problem_gauss_newton(p, theta, out, NULL))
        keep(a, out, p->n * p->n, OB_F64);
    if (can & OB_CAN_GAUSS_NEWTON &&
        ob_problem_gauss_newton_product(p, theta, theta, out, NULL))
        keep(a, out, p->n, p->dtype);
}

static void ask_rest(struct ob_problem *p, const void *theta, struct answers *a)
{
    double *said = ob_xcalloc(ROWS * (p->outputs + 1), sizeof *said), loss;
    uint64_t count[4];
    for (const struct ob_metric *m = p->type->metrics; m && m->name; m++)
        if (!ob_metric_lacks(m, p))
            a->at[a->n++] = ob_problem_measure(p, m, theta);
    if (ob_problem_can(p) & OB_CAN_PREDICT && ob_problem_predict(p, theta, said, NULL))
        for (size_t i = 0; i < ROWS; i += 97)
            keep(a, &said[i], 1, OB_F64);
    if (ob_problem_can(p) & OB_CAN_CONFUSION &&
        ob_problem_confusion(p, theta, count, NULL))
        for (size_t i = 0; i < 4; i++)
            a->at[a->n++] = (double)count[i];
    if (ob_problem_reference(p, said, &loss)) {
        keep(a, said, p->n, OB_F64);
        keep(a, &loss, 1, OB_F64);
    }
    free(said);
}

/* Batches, one of several chunks, one of a piece of a chunk, and in pieces. */
static void ask_batches(struct ob_problem *p, const void *theta, struct answers *a)
{
    uint32_t row[3 * OB_CHUNK + 5];
    struct ob_err err = { 0 };
    if (!(ob_problem_can(p) & OB_CAN_BATCH))
        return;
    for (size_t i = 0; i < OB_COUNT(row); i++)
        row[i] = (uint32_t)((i * 7919) % ROWS);
    static const size_t sizes[] = { OB_COUNT(row), 100, OB_CHUNK + 1, OB_COUNT(row) };
    for (size_t i = 0; i < OB_COUNT(sizes); i++) {
        assert_true(ob_problem_batch(p, row, sizes[i], &err));
        ask_values(p, theta, a);
    }
    ob_problem_accumulate(p, OB_CHUNK + 100);
    assert_true(ob_problem_batch(p, row, OB_COUNT(row), &err));
    ask_values(p, theta, a);
    ob_problem_accumulate(p, 0);
    assert_true(ob_problem_batch(p, NULL, 0, &err));
}

static void ask(struct ob_problem *p, bool batches, struct answers *a)
{
    struct ob_vec theta;
    assert_true(ob_vec_init(&theta, p->dtype, p->n, NULL));
    for (size_t i = 0; i < p->n; i++)
        ob_vec_set(&theta, i, 0.3 * sin(1.0 + (double)i));
    a->n = 0;
    ask_values(p, theta.data, a);
    if (p->n <= 16)
        ask_seconds(p, theta.data, a);
    ob_problem_mode(p, OB_MODE_TRAIN, 5);
    ask_values(p, theta.data, a);
    ob_problem_mode(p, OB_MODE_EVAL, 0);
    if (batches)
        ask_batches(p, theta.data, a);
    ask_rest(p, theta.data, a);
    ob_vec_finish(&theta);
    assert_true(a->n < MOST);
}

static void ask_ranks(const struct case_ *c, unsigned ranks, bool apart,
                      struct answers *a)
{
    struct line line = { .ranks = ranks };
    struct rank rank[RANKS];
    struct ob_err err = { 0 };
    pthread_barrier_init(&line.meet, NULL, ranks);
    for (unsigned r = ranks; r-- > 0;) {
        rank[r] = (struct rank){ .line = &line,
                                 .share = { .rank = r,
                                            .ranks = ranks,
                                            .self = &line,
                                            .sum = sum,
                                            .tell = tell,
                                            .hear = hear,
                                            .fail = give_up } };
        rank[r].problem = make(c, &rank[r].share, apart, &err);
        if (!rank[r].problem)
            fail_msg("%s", err.text);
        if (r > 0)
            pthread_create(&rank[r].thread, NULL, follow, &rank[r]);
    }
    ob_problem_lead(rank[0].problem);
    ask(rank[0].problem, !apart, a);
    ob_problem_destroy(rank[0].problem);
    for (unsigned r = 1; r < ranks; r++)
        pthread_join(rank[r].thread, NULL);
    pthread_barrier_destroy(&line.meet);
    ob_buf_finish(&line.told);
}

/* ---- the tests ---- */

static const struct case_ cases[] = {
    { "linear", "loss=half_mse", OB_F64 },
    { "linear", "loss=sse bias_column=first", OB_F32 },
    { "logistic", "loss=bce", OB_F32 },
    { "mlp", "hidden=3 activation=tanh", OB_F32 },
    { "mlp", "hidden=4 dropout=0.3 loss=mse", OB_F64 },
    /* Two passes over the rows: the spread about a mean. */
    { "formula",
      "parameters=a,b,c predict=a*x0+b*sin(x1)+c "
      "loss=mean((predict-y-mean(predict-y))^2)",
      OB_F64 },
    { "formula", "parameters=w[2] predict=sigmoid(w[1]*x0+w[2]*x2) loss=bce", OB_F32 },
    { "formula", "parameters=a,b predict=a*x0+b loss=mse", OB_F64 },
};

static void same(const struct case_ *c, const struct answers *want,
                 const struct answers *got, const char *how)
{
    assert_int_equal(want->n, got->n);
    for (size_t i = 0; i < want->n; i++)
        if (memcmp(&want->at[i], &got->at[i], sizeof want->at[i]) != 0)
            fail_msg("%s %s, %s: number %zu of %zu is %.17g, not %.17g", c->model,
                     c->settings, how, i, want->n, got->at[i], want->at[i]);
}

static void ranks_give_the_bits_of_one(void **state)
{
    struct answers *one = ob_xcalloc(3, sizeof *one), *some = one + 1;
    (void)state;
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_problem *p = make(&cases[i], NULL, false, NULL);
        assert_non_null(p);
        ask(p, true, one);
        ob_problem_destroy(p);
        ask_ranks(&cases[i], 1, false, some);
        same(&cases[i], one, some, "a rank alone");
        ask_ranks(&cases[i], 4, false, some);
        same(&cases[i], one, some, "four ranks with all rows");
        p = make(&cases[i], NULL, false, NULL);
        ask(p, false, one);
        ob_problem_destroy(p);
        ask_ranks(&cases[i], 2, true, some);
        same(&cases[i], one, some, "two ranks with their rows");
        ask_ranks(&cases[i], 4, true, some);
        same(&cases[i], one, some, "four ranks with their rows");
    }
    free(one);
}

static void refused(const struct case_ *c, const char *text)
{
    struct ob_share share = { .rank = 0, .ranks = 2, .sum = sum, .fail = give_up };
    struct ob_err err = { 0 };
    struct ob_problem *p = make(c, &share, true, &err);
    assert_null(p);
    assert_string_equal(err.text, text);
}

static void what_cannot_be_shared_out_says_why(void **state)
{
    (void)state;
    refused(&(const struct case_){ "rosenbrock", "", OB_F64 },
            "kind: a rosenbrock model cannot be shared out among processes: it has no "
            "rows");
    refused(&(const struct case_){ "mlp", "hidden=300,300", OB_F32 },
            "kind: a mlp model cannot be shared out among processes: a layer of more "
            "than 65536 weights adds its blocks of rows one after the other; "
            "'--reduction fast' adds them in parts, with other last bits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_give_the_bits_of_one),
        cmocka_unit_test(what_cannot_be_shared_out_says_why),
    };
    fill();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (size_t j = 0; j <= FEATURES; j++)
        free(data[j]);
    return failed;
}
