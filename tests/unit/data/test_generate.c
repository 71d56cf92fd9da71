/*
 * Data that are made: what each generator promises, by closed forms; the draws of the
 * notebooks to the bit; every setting that is refused; rows of any number.
 */
#include <config.h>

#include <math.h>

#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/data/source.h"
#include "optbench/num/draw.h"

#include "../../lib/ob_test.h"

static const struct ob_draw_setup philox = { .dtype = OB_F64,
                                             .seed = 7,
                                             .stream = OB_STREAM_DATA };

/* Loads with settings "key=value" ended by NULL; the first message where that fails,
 * which the caller frees, else NULL. */
static char *load(struct ob_dataset *d, const struct ob_draw_setup *draw,
                  const char *source, const char *const *setting)
{
    const struct ob_source_type *type = ob_source_find(source);
    struct ob_data_opts common = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_err err;
    void *opts = ob_xcalloc(1, type->opts_size);
    ob_params_reset(type->params, opts);
    ob_params_reset(ob_data_params, &common);
    common.draw = draw;
    common.target = type->target ? ob_xstrdup(type->target) : NULL;
    for (; *setting; setting++) {
        const char *equals = strchr(*setting, '=');
        char *key = ob_xstrndup(*setting, (size_t)(equals - *setting));
        const struct ob_param *p = ob_param_find(type->params, key);
        void *to = p ? opts : &common;
        p = p ? p : ob_param_find(ob_data_params, key);
        if (!ob_param_set(p, to, equals + 1, &err))
            fail_msg("%s: %s", key, err.text);
        free(key);
    }
    bool ok = ob_dataset_load(type, opts, &common, d, &diags);
    assert_int_equal(ok, diags.n == 0);
    char *message = ok ? NULL : ob_xstrdup(diags.item[0].text);
    ob_diags_finish(&diags);
    ob_params_finish(ob_data_params, &common);
    ob_params_finish(type->params, opts);
    free(opts);
    return message;
}

#define LOAD(d, source, ...)                                                             \
    load_well(d, &philox, source, (const char *const[]){ __VA_ARGS__, NULL })
#define LOAD_DRAWN(d, draw, source, ...)                                                 \
    load_well(d, draw, source, (const char *const[]){ __VA_ARGS__, NULL })

static void load_well(struct ob_dataset *d, const struct ob_draw_setup *draw,
                      const char *source, const char *const *setting)
{
    char *message = load(d, draw, source, setting);
    if (message)
        fail_msg("%s", message);
}

#define REFUSED(want, source, ...)                                                       \
    refused(want, source, (const char *const[]){ __VA_ARGS__, NULL })

static void refused(const char *want, const char *source, const char *const *setting)
{
    struct ob_dataset d;
    char *message = load(&d, &philox, source, setting);
    assert_non_null(message);
    assert_string_equal(message, want);
    free(message);
}

static double mean_of(const double *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return sum / (double)n;
}

static double deviation_of(const double *v, size_t n, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (v[i] - mean) * (v[i] - mean);
    return sqrt(sum / (double)n);
}

/* X = torch.rand((500, 20)) * 100 and y = torch.randint(low=0, high=3, size=(500,))
 * behind torch.manual_seed(420): the hash is that of
 * ../shared/seeds/vectors/seed002_X.csv and seed002_y.csv, side by side, read with dtype
 * = float32. */
static void notebook_002_to_the_bit(void **state)
{
    (void)state;
    const struct ob_draw_setup torch = { .kind = OB_RNG_TORCH,
                                         .dtype = OB_F32,
                                         .seed = 420 };
    struct ob_dataset d;
    LOAD_DRAWN(&d, &torch, "classification", "rows=500", "inputs=20", "classes=3",
               "high=100");
    assert_int_equal(d.rows, 500);
    assert_int_equal(d.features, 20);
    assert_true(d.hash == UINT64_C(0xfc44d96bc6b86d04));
    ob_dataset_finish(&d);
    /* whatever the draws are of, dtype decides: as after set_default_dtype(float64) */
    LOAD_DRAWN(&d, &torch, "classification", "high=100", "dtype=float64");
    assert_true(d.x[0].value[0] != (double)(float)d.x[0].value[0]);
    ob_dataset_finish(&d);
}

/* torch.manual_seed(0), X = randn(1000, 2), y = X @ w + b + randn(1000) * 0.01, float64:
 * the hash is that of ../shared/seeds/data/synthetic_linear_seed0.csv. */
static void the_line_of_notebook_004_to_the_bit(void **state)
{
    (void)state;
    const struct ob_draw_setup torch = { .kind = OB_RNG_TORCH, .dtype = OB_F64 };
    struct ob_dataset d;
    LOAD_DRAWN(&d, &torch, "line", "rows=1000", "slope=2 -3.4", "intercept=4.2",
               "noise=0.01");
    assert_true(d.hash == UINT64_C(0x5c58e04dd0c49aa0));
    ob_dataset_finish(&d);
}

static void lines_are_straight(void **state)
{
    (void)state;
    struct ob_dataset d;
    LOAD(&d, "line", "slope=3", "intercept=-1", "noise=0", "spread=even", "rows=5",
         "low=-2", "high=2");
    for (size_t i = 0; i < 5; i++) {
        assert_true(d.x[0].value[i] == (double)i - 2);
        assert_true(d.y.value[i] == 3 * ((double)i - 2) - 1);
    }
    ob_dataset_finish(&d);
    LOAD(&d, "line", "rows=20000", "slope=1 -2", "intercept=5", "noise=0.5");
    assert_string_equal(d.x[1].name, "x2");
    double *rest = ob_xcalloc(d.rows, sizeof *rest);
    for (size_t i = 0; i < d.rows; i++)
        rest[i] = d.y.value[i] - (d.x[0].value[i] - 2 * d.x[1].value[i] + 5);
    /* four standard errors */
    ob_assert_near(mean_of(rest, d.rows), 0, 4 * 0.5 / sqrt(20000.0));
    ob_assert_near(deviation_of(rest, d.rows, 0), 0.5, 4 * 0.5 / sqrt(40000.0));
    ob_assert_near(mean_of(d.x[0].value, d.rows), 0, 4 / sqrt(20000.0));
    ob_assert_near(deviation_of(d.x[0].value, d.rows, 0), 1, 4 / sqrt(40000.0));
    free(rest);
    ob_dataset_finish(&d);
    LOAD(&d, "line", "spread=uniform", "low=10", "high=12", "rows=5000");
    assert_true(d.x[0].facts.min >= 10 && d.x[0].facts.max < 12);
    ob_assert_near(d.x[0].facts.mean, 11, 4 * 2 / sqrt(12.0 * 5000));
    ob_dataset_finish(&d);
}

static void curves_go_through_their_formulas(void **state)
{
    (void)state;
    struct ob_dataset d;
    LOAD(&d, "polynomial", "coefficients=1 -2 0 0.5", "noise=0", "rows=50");
    for (size_t i = 0; i < 50; i++) {
        double x = d.x[0].value[i];
        assert_true(x >= -1 && x < 1);
        ob_assert_near(d.y.value[i], 1 - 2 * x + 0.5 * x * x * x, 1e-15);
    }
    ob_dataset_finish(&d);
    LOAD(&d, "sine", "amplitude=3", "frequency=2", "phase=0.25", "noise=0", "rows=9",
         "spread=even");
    for (size_t i = 0; i < 9; i++)
        ob_assert_near(d.y.value[i], 3 * cos(4 * 3.141592653589793 * d.x[0].value[i]),
                       1e-14);
    assert_true(d.x[0].value[8] == 1);
    ob_dataset_finish(&d);
    LOAD(&d, "sine", "rows=10000", "noise=2", "amplitude=0");
    ob_assert_near(d.y.facts.std, 2, 4 * 2 / sqrt(20000.0));
    ob_dataset_finish(&d);
}

/* Row i is of class i mod classes. */
static void in_turn(const struct ob_dataset *d, size_t classes)
{
    for (size_t i = 0; i < d->rows; i++)
        assert_true(d->y.value[i] == (double)(i % classes));
}

static void blobs_lie_about_their_centres(void **state)
{
    (void)state;
    struct ob_dataset d;
    LOAD(&d, "blobs", "centers=0 0, 10 -4, -10 7", "noise=0.5", "rows=6000");
    in_turn(&d, 3);
    static const double center[3][2] = { { 0, 0 }, { 10, -4 }, { -10, 7 } };
    for (size_t k = 0; k < 3; k++)
        for (size_t j = 0; j < 2; j++) {
            double v[2000];
            for (size_t i = 0; i < 2000; i++)
                v[i] = d.x[j].value[3 * i + k];
            double mean = mean_of(v, 2000);
            ob_assert_near(mean, center[k][j], 4 * 0.5 / sqrt(2000.0));
            ob_assert_near(deviation_of(v, 2000, mean), 0.5, 4 * 0.5 / sqrt(4000.0));
        }
    ob_dataset_finish(&d);
    LOAD(&d, "blobs", "noise=0", "inputs=3", "classes=4", "rows=8", "low=2", "high=3");
    in_turn(&d, 4);
    for (size_t j = 0; j < 3; j++)
        for (size_t i = 0; i < 4; i++) {
            assert_true(d.x[j].value[i] >= 2 && d.x[j].value[i] < 3);
            assert_true(d.x[j].value[i] == d.x[j].value[i + 4]);
            assert_true(i == 0 || d.x[j].value[i] != d.x[j].value[i - 1]);
        }
    ob_dataset_finish(&d);
}

static void moons_are_those_of_scikit_learn(void **state)
{
    (void)state;
    struct ob_dataset d;
    LOAD(&d, "moons", "rows=10", "noise=0");
    in_turn(&d, 2);
    for (size_t i = 0; i < 10; i++) {
        double t = 3.141592653589793 * (double)(i / 2) / 4;
        ob_assert_near(d.x[0].value[i], i % 2 ? 1 - cos(t) : cos(t), 1e-15);
        ob_assert_near(d.x[1].value[i], i % 2 ? 0.5 - sin(t) : sin(t), 1e-15);
    }
    ob_dataset_finish(&d);
    struct ob_dataset bare;
    LOAD(&d, "moons", "rows=8000", "noise=0.25");
    LOAD(&bare, "moons", "rows=8000", "noise=0");
    double sum = 0;
    for (size_t i = 0; i < 8000; i++)
        for (size_t j = 0; j < 2; j++) {
            double off = d.x[j].value[i] - bare.x[j].value[i];
            sum += off * off;
        }
    ob_assert_near(sqrt(sum / 16000), 0.25, 4 * 0.25 / sqrt(32000.0));
    ob_dataset_finish(&bare);
    ob_dataset_finish(&d);
}

static void circles_are_round(void **state)
{
    (void)state;
    struct ob_dataset d;
    LOAD(&d, "circles", "rows=16", "noise=0", "factor=0.25");
    in_turn(&d, 2);
    for (size_t i = 0; i < 16; i++) {
        ob_assert_near(hypot(d.x[0].value[i], d.x[1].value[i]), i % 2 ? 0.25 : 1, 1e-15);
        double angle = atan2(d.x[1].value[i], d.x[0].value[i]);
        double want = 6.283185307179586 * (double)(i / 2) / 8;
        ob_assert_near(remainder(angle - want, 6.283185307179586), 0, 1e-14);
    }
    ob_dataset_finish(&d);
}

static void spirals_wind(void **state)
{
    (void)state;
    struct ob_dataset d;
    LOAD(&d, "spirals", "rows=31", "classes=3", "turns=-2", "noise=0");
    in_turn(&d, 3);
    for (size_t i = 0; i < 31; i++) {
        double of_arm = i % 3 ? 10 : 11, j = (double)(i / 3);
        double want = 6.283185307179586 * ((double)(i % 3) / 3 - 2 * j / of_arm);
        ob_assert_near(hypot(d.x[0].value[i], d.x[1].value[i]), (j + 1) / of_arm, 1e-15);
        ob_assert_near(
            remainder(atan2(d.x[1].value[i], d.x[0].value[i]) - want, 6.283185307179586),
            0, 1e-14);
    }
    ob_dataset_finish(&d);
    /* noise turns a point about the centre and leaves its distance */
    struct ob_dataset bare;
    LOAD(&d, "spirals", "rows=4000", "noise=0.3");
    LOAD(&bare, "spirals", "rows=4000", "noise=0");
    double sum = 0;
    for (size_t i = 0; i < 4000; i++) {
        double x = d.x[0].value[i], y = d.x[1].value[i], u = bare.x[0].value[i],
               v = bare.x[1].value[i];
        ob_assert_near(hypot(x, y), hypot(u, v), 1e-15);
        double turned = atan2(y * u - x * v, x * u + y * v);
        sum += turned * turned;
    }
    ob_assert_near(sqrt(sum / 4000), 0.3, 4 * 0.3 / sqrt(8000.0));
    ob_dataset_finish(&bare);
    ob_dataset_finish(&d);
}

static void xor_is_the_table(void **state)
{
    (void)state;
    static const double want[4][3] = {
        { 0, 0, 0 }, { 0, 1, 1 }, { 1, 0, 1 }, { 1, 1, 0 }
    };
    struct ob_dataset d;
    LOAD(&d, "xor", "rows=4");
    for (size_t i = 0; i < 4; i++) {
        assert_true(d.x[0].value[i] == want[i][0]);
        assert_true(d.x[1].value[i] == want[i][1]);
        assert_true(d.y.value[i] == want[i][2]);
    }
    ob_dataset_finish(&d);
    LOAD(&d, "xor", "rows=9", "inputs=3", "low=-1", "high=1");
    for (size_t i = 0; i < 9; i++) {
        double product = d.x[0].value[i] * d.x[1].value[i] * d.x[2].value[i];
        assert_true(product == (d.y.value[i] == 1 ? 1 : -1));
    }
    assert_true(d.x[2].value[1] == 1 &&
                d.x[0].value[1] == -1); /* the last counts first */
    ob_dataset_finish(&d);
}

/* The teacher drawn once more, by the order of draws that its file promises. */
static void the_teacher_answers(void **state)
{
    (void)state;
    enum { ROWS = 6, IN = 2, HIDDEN = 3 };
    struct ob_dataset d;
    struct ob_draw draw;
    double w1[HIDDEN * IN], b1[HIDDEN], w2[HIDDEN], x[ROWS * IN];
    LOAD(&d, "teacher", "rows=6", "inputs=2", "hidden=3", "gain=1.5");
    assert_true(ob_draw_init(&draw, &philox, NULL));
    ob_draw_normal(&draw, HIDDEN * IN, 0, 1.5 / sqrt(2), w1);
    ob_draw_normal(&draw, HIDDEN, 0, 1, b1);
    ob_draw_normal(&draw, HIDDEN, 0, 1.5 / sqrt(3), w2);
    ob_draw_normal(&draw, ROWS * IN, 0, 1, x);
    for (size_t i = 0; i < ROWS; i++) {
        double y = 0;
        for (size_t h = 0; h < HIDDEN; h++)
            y +=
                w2[h] * tanh(w1[2 * h] * x[2 * i] + w1[2 * h + 1] * x[2 * i + 1] + b1[h]);
        assert_true(d.x[0].value[i] == x[2 * i]);
        ob_assert_near(d.y.value[i], y, 1e-14);
    }
    ob_dataset_finish(&d);
    /* without hidden layers it is linear; relu and sigmoid are what they are called */
    LOAD(&d, "teacher", "rows=3", "inputs=1", "hidden=", "gain=1");
    double slope = d.y.value[0] / d.x[0].value[0];
    ob_assert_near(d.y.value[2] / d.x[0].value[2], slope, 1e-14);
    ob_dataset_finish(&d);
    LOAD(&d, "teacher", "rows=400", "classes=4", "noise=0.5", "activation=relu");
    bool seen[4] = { false };
    for (size_t i = 0; i < 400; i++) {
        size_t k = (size_t)d.y.value[i];
        assert_true(k < 4 && d.y.value[i] == (double)k);
        seen[k] = true;
    }
    assert_true(seen[0] + seen[1] + seen[2] + seen[3] >= 2);
    ob_dataset_finish(&d);
}

static void settings_are_checked(void **state)
{
    (void)state;
    REFUSED("data.high: must lie above data.low, which is 1", "classification", "low=1");
    REFUSED("data.high: must lie above data.low, which is 0", "xor", "high=-1");
    REFUSED("data.high: must lie above data.low, which is 3", "sine", "low=3");
    REFUSED("data.high: must lie above data.low, which is 10", "blobs", "low=10");
    REFUSED("data.spread: even numbers are for one feature; 2 would all be the same",
            "line", "slope=1 2", "spread=even");
    REFUSED("data.slope: at least one number is needed", "line", "slope=");
    REFUSED("data.coefficients: at least one number is needed", "polynomial",
            "coefficients=");
    REFUSED("data.centers: 5 numbers, but 3 classes of 2 inputs need 6", "blobs",
            "centers=1 2 3 4 5");
    REFUSED("data.hidden: '2.5' is no whole number of units", "teacher", "hidden=3 2.5");
    REFUSED("data.classes: one class leaves nothing to tell apart; write none or at "
            "least 2",
            "teacher", "classes=1");
    REFUSED("column 'y', row 1: the value is no number of float64; smaller settings of "
            "the source would help",
            "line", "slope=1e308 1e308 1e308 1e308", "spread=uniform", "low=10",
            "high=11");
    REFUSED("column 'y', row 1: the value is no number of float32; smaller settings of "
            "the source would help",
            "line", "intercept=1e39", "dtype=float32");
}

/* Any size, any seed, both precisions: as many rows as asked for, all finite, and the
 * same once more; another seed or precision gives others where anything is drawn. */
static void any_number_of_rows(void **state)
{
    (void)state;
    static const size_t sizes[] = { 1, 2, 3, 15, 16, 17, 100 };
    size_t generators = 0;
    for (const struct ob_source_type *const *t = ob_sources(); *t; t++) {
        if (!(*t)->target || !ob_param_find((*t)->params, "rows"))
            continue;
        generators++;
        for (size_t k = 0; k < 4 * OB_COUNT(sizes); k++) {
            struct ob_draw_setup draw = { .kind = (enum ob_rng_kind)(k % 2),
                                          .dtype = k % 4 < 2 ? OB_F32 : OB_F64,
                                          .seed = k,
                                          .stream = OB_STREAM_DATA };
            struct ob_dataset a, b;
            char *rows = ob_xasprintf("rows=%zu", sizes[k / 4]);
            LOAD_DRAWN(&a, &draw, (*t)->name, rows);
            LOAD_DRAWN(&b, &draw, (*t)->name, rows);
            assert_int_equal(a.rows, sizes[k / 4]);
            assert_true(a.hash == b.hash);
            for (size_t i = 0; i < a.rows && draw.dtype == OB_F32; i++)
                assert_true(a.x[0].value[i] == (double)(float)a.x[0].value[i]);
            ob_dataset_finish(&b);
            draw.seed++;
            LOAD_DRAWN(&b, &draw, (*t)->name, rows);
            assert_int_equal(a.hash == b.hash, strcmp((*t)->name, "xor") == 0);
            ob_dataset_finish(&a);
            ob_dataset_finish(&b);
            free(rows);
        }
    }
    assert_int_equal(generators, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notebook_002_to_the_bit),
        cmocka_unit_test(the_line_of_notebook_004_to_the_bit),
        cmocka_unit_test(lines_are_straight),
        cmocka_unit_test(curves_go_through_their_formulas),
        cmocka_unit_test(blobs_lie_about_their_centres),
        cmocka_unit_test(moons_are_those_of_scikit_learn),
        cmocka_unit_test(circles_are_round),
        cmocka_unit_test(spirals_wind),
        cmocka_unit_test(xor_is_the_table),
        cmocka_unit_test(the_teacher_answers),
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(any_number_of_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
