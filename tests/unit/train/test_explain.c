/* The explanation of the last step, taken at its word: every equation that stands there
 * in numbers is computed again from the printed numbers, and has to give what is printed
 * and what is stored, to the bit. */
#include <config.h>

#include <math.h>

#include "experiment.h"
#include "optbench/base/number.h"
#include "optbench/train/snapshot.h"

/* ---- a calculator for the right-hand sides ---- */

struct calc {
    const char *at;
    bool single, bad;
};

static double sum(struct calc *c);

static double rounded(const struct calc *c, double x)
{
    return c->single ? (double)(float)x : x;
}

static bool take(struct calc *c, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(c->at, word, n) != 0)
        return false;
    c->at += n;
    return true;
}

static double closed(struct calc *c, double x)
{
    c->bad |= !take(c, ")");
    return x;
}

static double atom(struct calc *c)
{
    double x;
    if (take(c, "sqrt("))
        return closed(c, rounded(c, sqrt(sum(c))));
    if (take(c, "max(")) {
        x = sum(c);
        c->bad |= !take(c, ", ");
        return closed(c, fmax(x, sum(c)));
    }
    if (take(c, "("))
        return closed(c, sum(c));
    if (take(c, "-("))
        return -closed(c, sum(c));
    size_t n = ob_number_scan(c->at, strlen(c->at), &x);
    c->bad |= n == 0;
    c->at += n;
    return n ? rounded(c, x) : NAN;
}

static double product(struct calc *c)
{
    double x = atom(c);
    while (!c->bad) {
        if (take(c, " * "))
            x = rounded(c, x * atom(c));
        else if (take(c, " / "))
            x = rounded(c, x / atom(c));
        else
            break;
    }
    return x;
}

static double sum(struct calc *c)
{
    double x = product(c);
    while (!c->bad) {
        if (take(c, " + "))
            x = rounded(c, x + product(c));
        else if (take(c, " - "))
            x = rounded(c, x - product(c));
        else
            break;
    }
    return x;
}

/* ---- what is explained ---- */

struct subject {
    struct experiment e;
    bool single;    /* float32 */
    bool in_double; /* ... computed in float64 all the same */
    struct ob_buf before[16];
};

static double element(const struct ob_trainer *t, const char *what)
{
    struct ob_safetensors one = { 0 };
    struct ob_err err;
    if (!ob_trainer_tensor(t, what, &one, &err))
        fail_msg("%s", err.text);
    const struct ob_array *a = &one.array[0];
    double x = a->type == OB_ARRAY_F32 ? (double)((const float *)a->data)[0]
                                       : ((const double *)a->data)[0];
    ob_safetensors_finish(&one);
    return x;
}

/* The line's last two sides; true where both are numbers, which then must agree. */
static bool line_agrees(const struct subject *s, const char *line, size_t n)
{
    char copy[1024];
    assert_true(n < sizeof copy);
    memcpy(copy, line, n);
    copy[n] = '\0';
    char *result = NULL, *sides = copy;
    for (char *at = copy; (at = strstr(at, " = ")); at += 3) {
        sides = result ? result : copy;
        result = at + 3;
    }
    if (!result || sides == copy)
        return false;
    result[-3] = '\0';
    struct calc c = { .at = sides, .single = s->single && !s->in_double };
    double x = sum(&c), told;
    if (c.bad || *c.at)
        return false;
    size_t digits = ob_number_scan(result, strlen(result), &told);
    if (s->single)
        x = (double)(float)x, told = (double)(float)told;
    if (digits == 0 || memcmp(&x, &told, sizeof x) != 0)
        fail_msg("%.17g is not what '%.*s' says", x, (int)n, line);
    return true;
}

/* Checks every line; returns how many stood there in numbers. */
static int text_agrees(const struct subject *s, const char *text)
{
    int lines = 0, told = 0;
    for (const char *at = text; *at; lines++) {
        size_t n = strcspn(at, "\n");
        told += line_agrees(s, at, n);
        assert_int_equal(at[n], '\n');
        at += n + 1;
    }
    if (lines > 8)
        fail_msg("%d lines: %s", lines, text);
    return told;
}

/* The last equation: from the old value that was stored to the new one. */
static void ends_in(const char *text, const char *name, double before, double after,
                    bool single)
{
    char head[64];
    snprintf(head, sizeof head, "new %s = %s ", name, name);
    const char *at = strstr(text, head);
    assert_non_null(at);
    double from, to;
    at = strstr(at, " = ") + 3;
    at = strstr(at, " = ") + 3;
    bool minus = *at == '(';
    assert_true(ob_number_scan(at + minus, strlen(at + minus), &from) > 0);
    at = strstr(at, " = ") + 3;
    assert_true(ob_number_scan(at, strlen(at), &to) > 0);
    if (single)
        from = (double)(float)from, to = (double)(float)to;
    assert_memory_equal(&from, &before, sizeof from);
    assert_memory_equal(&to, &after, sizeof to);
}

static void explain(struct subject *s, const char *name, struct ob_buf *out)
{
    struct ob_err err;
    ob_buf_clear(out);
    if (!ob_trainer_explain(s->e.t, name, out, &err))
        fail_msg("%s", err.text);
}

/* `told` equations in numbers at every step; the tensor's first element is `name`. */
static void adds_up(const char *ini, const char *const *sets, const char *tensor,
                    const char *name, int told)
{
    struct subject s = { 0 };
    struct ob_buf text = { 0 };
    experiment_make(&s.e, ini, sets);
    s.single = s.e.spec.experiment.dtype == OB_F32;
    s.in_double = s.single && strcmp(s.e.spec.optimizer.type->name, "newton") == 0 &&
                  !s.e.spec.line_search.type->length;
    assert_int_equal(ob_trainer_start(s.e.t), OB_GO_ON);
    for (int i = 0; i < 9; i++) {
        double before = element(s.e.t, tensor);
        if (ob_trainer_step(s.e.t) != OB_GO_ON)
            break;
        explain(&s, name, &text);
        int lines = text_agrees(&s, ob_buf_text(&text));
        if (lines < told)
            fail_msg("step %d: %d equations: %s", i + 1, lines, ob_buf_text(&text));
        ends_in(ob_buf_text(&text), name, before, element(s.e.t, tensor), s.single);
        assert_true(text.len < 2048);
    }
    assert_true(ob_trainer_steps(s.e.t) > 0);
    ob_buf_finish(&text);
    experiment_finish(&s.e);
}

#define SETS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void in_dtype(const char *dtype)
{
    char set[64];
    snprintf(set, sizeof set, "experiment.dtype=%s", dtype);
    const char *const x = set;
    adds_up("heights.ini", SETS(x), "w", "w0", 1);
    adds_up("heights.ini", SETS(x), "bias", "bias", 1);
    adds_up("heights.ini", SETS(x, "model.l2=0.3"), "w", "w0", 1);
    adds_up("heights.ini", SETS(x, "optimizer.weight_decay=0.1"), "w", "w0", 2);
    adds_up("heights.ini", SETS(x, "optimizer.maximize=yes", "optimizer.lr=1e-3"), "w",
            "w0", 2);
    adds_up("heights.ini", SETS(x, "optimizer.momentum=0.9"), "w", "w0", 1);
    adds_up("heights.ini",
            SETS(x, "optimizer.momentum=0.9", "optimizer.nesterov=yes",
                 "optimizer.weight_decay=0.01", "optimizer.maximize=yes",
                 "schedule.kind=cosine"),
            "w", "w0", 4);
    adds_up("heights.ini", SETS(x, "optimizer.momentum=0.9", "optimizer.dampening=0.4"),
            "w", "w0", 1);
    adds_up("heights.ini", SETS(x, "schedule.kind=cosine", "schedule.warmup=3"), "w",
            "w0", 1);
    adds_up("../../configs/heights-adam.ini", SETS(x), "w", "w0", 4);
    adds_up("../../configs/heights-adam.ini",
            SETS(x, "optimizer.amsgrad=yes", "optimizer.weight_decay=0.1",
                 "optimizer.maximize=yes", "schedule.kind=cosine"),
            "w", "w0", 6);
    adds_up("../../configs/heights-adam.ini", SETS(x, "batch.size=8"), "w", "w0", 4);
    adds_up("../../configs/admission-newton.ini", SETS(x), "w", "w0", 1);
    adds_up("../../configs/admission-newton.ini",
            SETS(x, "optimizer.lr=0.5", "optimizer.damping=0.1"), "w", "w0", 1);
    adds_up("heights.ini", SETS(x, "line_search.kind=armijo"), "w", "w0", 1);
    adds_up("heights.ini", SETS(x, "line_search.kind=newton"), "bias", "bias", 1);
    adds_up("../../configs/admission-newton.ini", SETS(x, "line_search.kind=armijo"), "w",
            "w0", 1);
}

static void numbers_add_up_in_float64(void **state)
{
    (void)state;
    in_dtype("float64");
}

static void numbers_add_up_in_float32(void **state)
{
    (void)state;
    in_dtype("float32");
}

/* What was set since the step has no part in it; the next step goes by it. */
static void settings_are_those_of_the_step(void **state)
{
    (void)state;
    struct subject s = { 0 };
    struct ob_buf first = { 0 }, again = { 0 };
    struct ob_err err;
    char from[64], to[128];
    experiment_make(&s.e, "heights.ini",
                    SETS("optimizer.momentum=0.9", "experiment.dtype=float64"));
    ob_trainer_start(s.e.t);
    ob_trainer_step(s.e.t);
    ob_trainer_step(s.e.t);
    explain(&s, "", &first);
    assert_true(ob_trainer_set(s.e.t, "momentum", "0.5", from, to, &err));
    assert_true(ob_trainer_set(s.e.t, "lr", "0.001", from, to, &err));
    explain(&s, "w0", &again);
    assert_string_equal(ob_buf_text(&first), ob_buf_text(&again));
    ob_trainer_step(s.e.t);
    explain(&s, "w0", &again);
    assert_non_null(strstr(ob_buf_text(&again), " - 0.001 * "));
    assert_non_null(strstr(ob_buf_text(&again), " = 0.5 * "));
    ob_buf_finish(&first);
    ob_buf_finish(&again);
    experiment_finish(&s.e);
}

/* Of a parameter beyond the first the state is kept once it was asked for; the equation
 * of the parameter itself holds before, too, with a gradient that is computed again. */
static void later_parameters_are_kept_when_asked_for(void **state)
{
    (void)state;
    struct subject s = { 0 };
    struct ob_buf text = { 0 };
    experiment_make(&s.e, "../../configs/breast-cancer.ini",
                    SETS("optimizer.nesterov=no", "optimizer.momentum=0.9",
                         "experiment.dtype=float64"));
    ob_trainer_start(s.e.t);
    for (int i = 0; i < 5; i++)
        ob_trainer_step(s.e.t);
    explain(&s, "w20", &text);
    assert_non_null(strstr(ob_buf_text(&text), "before step 5 it was not kept"));
    assert_int_equal(text_agrees(&s, ob_buf_text(&text)), 1);
    ob_trainer_step(s.e.t);
    explain(&s, "w20", &text);
    assert_null(strstr(ob_buf_text(&text), "not kept"));
    assert_int_equal(text_agrees(&s, ob_buf_text(&text)), 2);
    explain(&s, "w14", &text); /* behind a bias: the last of the first 16 */
    assert_int_equal(text_agrees(&s, ob_buf_text(&text)), 2);
    ob_buf_finish(&text);
    experiment_finish(&s.e);
}

static void gradient_of_a_later_parameter_is_the_one_used(void **state)
{
    (void)state;
    for (int mini = 0; mini < 2; mini++) {
        struct subject s = { 0 };
        struct ob_buf text = { 0 };
        experiment_make(&s.e, "../../configs/breast-cancer.ini",
                        SETS("optimizer.kind=sgd",
                             mini ? "batch.size=64" : "batch.size=0",
                             "optimizer.nesterov=no", "optimizer.momentum=0"));
        s.single = s.e.spec.experiment.dtype == OB_F32;
        ob_trainer_start(s.e.t);
        for (int i = 0; i < 3; i++)
            ob_trainer_step(s.e.t);
        explain(&s, "w29", &text);
        assert_int_equal(text_agrees(&s, ob_buf_text(&text)), 1);
        ob_buf_finish(&text);
        experiment_finish(&s.e);
    }
}

static void refuses(struct ob_trainer *t, const char *name, const char *part)
{
    struct ob_buf text = { 0 };
    struct ob_err err = { 0 };
    assert_false(ob_trainer_explain(t, name, &text, &err));
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    assert_int_equal(text.len, 0);
    ob_buf_finish(&text);
}

static void without_a_step_it_says_why(void **state)
{
    (void)state;
    struct experiment e;
    struct ob_safetensors saved = { 0 };
    struct ob_err err;
    experiment_make(&e, "heights.ini", NULL);
    refuses(e.t, "w0", "no step has been made yet");
    ob_trainer_start(e.t);
    refuses(e.t, "", "no step has been made yet");
    ob_trainer_step(e.t);
    refuses(e.t, "w1", "no parameter 'w1'; the first of 2 is 'w0'");
    refuses(e.t, "w", "no parameter 'w'");
    refuses(e.t, "w00", "no parameter 'w00'");
    assert_true(ob_trainer_save(e.t, &saved, &err));
    assert_true(ob_trainer_load(e.t, &saved, &err));
    refuses(e.t, "w0", "since this state was restored");
    ob_safetensors_finish(&saved);
    experiment_finish(&e);
    experiment_make(
        &e, "../../configs/longley.ini",
        SETS("optimizer.kind=newton", "data.scale=none", "experiment.dtype=float32"));
    ob_trainer_start(e.t);
    while (ob_trainer_step(e.t) == OB_GO_ON)
        ;
    if (ob_trainer_state(e.t) == OB_STOP_SINGULAR)
        refuses(e.t, "", "could not be made: the Hessian is singular");
    else
        fail_msg("stopped by %d", (int)ob_trainer_state(e.t));
    experiment_finish(&e);
}

static void whole_tensors_of_every_kind(void **state)
{
    (void)state;
    struct experiment e;
    struct ob_safetensors out = { 0 };
    struct ob_err err;
    experiment_make(&e, "../../configs/heights-adam.ini",
                    SETS("experiment.dtype=float64"));
    ob_trainer_start(e.t);
    double before = element(e.t, "w");
    ob_trainer_step(e.t);
    assert_true(element(e.t, "w change") == element(e.t, "w") - before);
    assert_true(element(e.t, "w grad") != 0);
    assert_true(element(e.t, "bias exp_avg_sq") > 0);
    assert_true(ob_trainer_tensor(e.t, "w exp_avg", &out, &err));
    assert_string_equal(out.array[0].name, "exp_avg.w");
    ob_safetensors_finish(&out);
    assert_false(ob_trainer_tensor(e.t, "w momentum", &out, &err));
    assert_non_null(strstr(err.text, "grad, change, exp_avg, exp_avg_sq"));
    assert_false(ob_trainer_tensor(e.t, "x grad", &out, &err));
    experiment_finish(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_add_up_in_float64),
        cmocka_unit_test(numbers_add_up_in_float32),
        cmocka_unit_test(settings_are_those_of_the_step),
        cmocka_unit_test(later_parameters_are_kept_when_asked_for),
        cmocka_unit_test(gradient_of_a_later_parameter_is_the_one_used),
        cmocka_unit_test(without_a_step_it_says_why),
        cmocka_unit_test(whole_tensors_of_every_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
