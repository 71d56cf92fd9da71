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

    /* What fits nothing takes nothing; Esc takes nothing. */
    ob_picker_open(&p);
    type(&p, "xyz", &chosen);
    assert_int_equal(ob_picker_key(&p, &list, OB_KEY_ENTER, &chosen), OB_PICKED_CLOSED);
    ob_picker_open(&p);
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
            ob_picker_draw(&p, &list, OB_GLYPHS_BRAILLE, &c);
            assert_true(ob_canvas_intact(&c));
        }
        ob_canvas_finish(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_narrows),
        cmocka_unit_test(any_size_and_any_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
