#include "../../lib/ob_golden.h"
#include "../../lib/ob_test.h"

#include "optbench/base/rng.h"
#include "optbench/ui/picker.h"
#include "optbench/ui/request.h"

static const char names[][64] = { "step",      "loss", "loss_min", "theta_delta",
                                  "grad_norm", "lr",   "w0",       "bias" };
static const struct ob_picker_list list = { .title = "metric", .name = names, .n = 8 };

static enum ob_picked type(struct ob_picker *p, const char *text, size_t *chosen)
{
    enum ob_picked last = OB_PICKED_NOT;
    for (; *text; text++)
        last = ob_picker_key(p, &list, (unsigned char)*text, chosen);
    return last;
}

static void typing_narrows(void **state)
{
    (void)state;
    struct ob_picker p = { .at = 0 };
    size_t chosen = 99;
    assert_int_equal(ob_picker_key(&p, &list, 'l', &chosen), OB_PICKED_NOT);
    ob_picker_open(&p);
    assert_int_equal(type(&p, "loss", &chosen), OB_PICKED_MOVED);
    ob_picker_key(&p, &list, OB_KEY_DOWN, &chosen);
    assert_int_equal(ob_picker_key(&p, &list, OB_KEY_ENTER, &chosen), OB_PICKED_TAKEN);
    assert_int_equal(chosen, 2);
    assert_int_equal(ob_picker_key(&p, &list, 'l', &chosen), OB_PICKED_NOT);

    /* What fits nothing takes nothing and can be changed; Esc takes nothing. The sign
     * before the filter is no part of it. */
    ob_picker_open(&p);
    type(&p, "/xyz", &chosen);
    assert_string_equal(p.filter.text, "xyz");
    assert_int_equal(ob_picker_key(&p, &list, OB_KEY_ENTER, &chosen), OB_PICKED_MOVED);
    assert_true(p.filter.open);
    assert_string_equal(p.filter.text, "xyz");
    assert_int_equal(ob_picker_key(&p, &list, OB_KEY_ESC, &chosen), OB_PICKED_CLOSED);

    /* The cursor stays within what fits. */
    ob_picker_open(&p);
    for (int i = 0; i < 3; i++)
        ob_picker_key(&p, &list, OB_KEY_PAGE_DOWN, &chosen);
    assert_int_equal(ob_picker_key(&p, &list, OB_KEY_ENTER, &chosen), OB_PICKED_TAKEN);
    assert_int_equal(chosen, 7);
}

static void any_size_and_any_key(void **state)
{
    (void)state;
    struct ob_picker_entry entry[8];
    for (size_t i = 0; i < OB_COUNT(entry); i++)
        entry[i] = (struct ob_picker_entry){ .name = names[i],
                                             .title = "a title",
                                             .text = "some words\n\nand others" };
    const struct ob_picker_list explained = { .title = "all", .entry = entry, .n = 8 };
    struct ob_rng r;
    ob_rng_init(&r, 41, 0);
    for (int i = 0; i < 300; i++) {
        struct ob_canvas c = { 0 };
        struct ob_picker p = { .at = 0 };
        ob_canvas_size(&c, 1 + (int)ob_rng_below(&r, 60), 1 + (int)ob_rng_below(&r, 20));
        ob_picker_open(&p);
        for (int k = 0; k < 12; k++) {
            size_t chosen = 0;
            uint32_t key = ob_rng_below(&r, 3) ? OB_KEY_UP + (uint32_t)ob_rng_below(&r, 6)
                                               : 'a' + (uint32_t)ob_rng_below(&r, 26);
            if (ob_picker_key(&p, &list, key, &chosen) == OB_PICKED_TAKEN)
                assert_true(chosen < list.n);
            ob_picker_draw(&p, i % 2 ? &list : &explained, OB_GLYPHS_BRAILLE, &c);
            assert_true(ob_canvas_intact(&c));
        }
        ob_canvas_finish(&c);
    }
}

static const struct ob_picker_entry optimizers[] = {
    { .name = "gd",
      .title = "Gradient descent",
      .summary = "full steps against the gradient",
      .text = "The oldest of all: theta - lr * gradient.",
      .reference = "A. Cauchy, 1847" },
    { .name = "adam",
      .title = "Adam",
      .summary = "steps of each parameter's own size, from running means of gradient and "
                 "square",
      .text = "Keys: lr (0.001), beta1 (0.9), beta2 (0.999), eps (1e-8).\n\nMemory: two "
              "numbers a parameter. The rate is about how far a parameter moves in one "
              "step, whatever the scale of the loss.",
      .reference =
          "D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR "
          "2015, algorithm 1" },
    { .name = "newton",
      .title = "Newton's method",
      .summary = "one step is enough for a straight line" },
};
static const struct ob_picker_list kinds = { .title = "optimizer",
                                             .entry = optimizers,
                                             .n = OB_COUNT(optimizers) };

static void picture(const struct ob_picker *p, const struct ob_picker_list *l, int w,
                    int h, enum ob_glyphs tier, const char *name)
{
    struct ob_canvas c = { 0 };
    struct ob_buf text = { 0 };
    char path[160];
    ob_canvas_size(&c, w, h);
    ob_canvas_fill(&c, (struct ob_rect){ 0, 0, w, h }, ".", OB_STYLE_TEXT);
    ob_picker_draw(p, l, tier, &c);
    ob_canvas_write(&c, false, &text);
    snprintf(path, sizeof path, "tests/unit/ui/golden/picker-%s-%dx%d-%s.txt", name, w, h,
             ob_glyphs_name(tier));
    ob_assert_golden(path, &text);
    ob_buf_finish(&text);
    ob_canvas_finish(&c);
}

static void entries_explain_themselves(void **state)
{
    (void)state;
    struct ob_picker p = { .at = 0 };
    ob_picker_open_at(&p, 1);
    assert_int_equal(ob_picker_selected(&p, &kinds), 1);
    picture(&p, &kinds, 40, 12, OB_GLYPHS_BRAILLE, "kinds");
    picture(&p, &kinds, 80, 24, OB_GLYPHS_BRAILLE, "kinds");
    picture(&p, &kinds, 80, 24, OB_GLYPHS_ASCII, "kinds");
    picture(&p, &kinds, 120, 40, OB_GLYPHS_BRAILLE, "kinds");
    picture(&p, &list, 80, 24, OB_GLYPHS_BRAILLE, "names");
}

/* A name that is cut reads as another: schedule_free_adam is none. */
static void long_names_stay_whole(void **state)
{
    (void)state;
    static const struct ob_picker_entry entry[] = {
        { .name = "schedule_free_adamw", .summary = "one" },
        { .name = "levenberg_marquardt", .summary = "other" },
    };
    const struct ob_picker_list long_names = { .title = "optimizer",
                                               .entry = entry,
                                               .n = OB_COUNT(entry) };
    struct ob_picker p = { .at = 0 };
    struct ob_canvas c = { 0 };
    struct ob_buf text = { 0 };
    ob_canvas_size(&c, 80, 24);
    ob_picker_open(&p);
    ob_picker_draw(&p, &long_names, OB_GLYPHS_ASCII, &c);
    ob_canvas_write(&c, false, &text);
    assert_non_null(strstr(ob_buf_text(&text), "schedule_free_adamw  one"));
    assert_non_null(strstr(ob_buf_text(&text), "levenberg_marquardt  other"));
    ob_buf_finish(&text);
    ob_canvas_finish(&c);
}

/* Every word that is typed is looked for in name, title and summary, in any case. */
static void words_are_looked_for_everywhere(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        size_t at;
    } want[] = { { "AD", 1 },           { "ada", 1 },
                 { "straight", 2 },     { "step parameter", 1 },
                 { "descent grad", 0 }, { "momentum", 3 } };
    for (size_t i = 0; i < OB_COUNT(want); i++) {
        struct ob_picker p = { .at = 0 };
        size_t chosen = 99;
        ob_picker_open(&p);
        for (const char *c = want[i].typed; *c; c++)
            ob_picker_key(&p, &kinds, (unsigned char)*c, &chosen);
        assert_int_equal(ob_picker_selected(&p, &kinds), want[i].at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_narrows),
        cmocka_unit_test(any_size_and_any_key),
        cmocka_unit_test(entries_explain_themselves),
        cmocka_unit_test(long_names_stay_whole),
        cmocka_unit_test(words_are_looked_for_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
