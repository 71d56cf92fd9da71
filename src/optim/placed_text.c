/* The text of a step for the kinds that one optimizer has. Macros end at their line, so
 * everything of one stands behind backslashes. */
#include "element.h"
#include "placed_priv.h"

/* Fills the variables of a kind, member by member in the order of the struct. */
static void add_take(const struct placed_kind *k, size_t index, struct ob_buf *out)
{
    ob_buf_addf(out,
                "    if (kind == %zu) { \\\n        const struct OB_FN(%s) taken = {",
                index, k->text->name);
    for (size_t i = 0; i < k->reals; i++)
        ob_buf_addf(out, "%s coef[at + %zu]", i ? "," : "", i);
    ob_buf_addf(out, " }; \\\n        hold%zu = taken; \\\n    } \\\n", index);
}

static void add_rule(const struct placed_kind *k, size_t index, struct ob_buf *out)
{
    const size_t slots = k->own->type->slots;
    for (size_t s = 0; s < slots; s++)
        ob_buf_addf(out, "        e.s[%zu] = used > %zu ? s%zu[i] : R(0.0); \\\n", s, s,
                    k->slot[s]);
    ob_buf_addf(out, "        OB_FN(%s_rule)(&e, &hold%zu, flags); \\\n", k->text->name,
                index);
    for (size_t s = 0; s < slots; s++)
        ob_buf_addf(out, "        if (used > %zu) s%zu[i] = e.s[%zu]; \\\n", s,
                    k->slot[s], s);
}

static bool is_first(const struct ob_placed_rule *r, size_t index)
{
    size_t i = 0;
    while (r->kind[i].text != r->kind[index].text)
        i++;
    return i == index;
}

static void add_texts(const struct ob_placed_rule *r, struct ob_buf *out)
{
    bool typed = false;
    for (size_t i = 0; i < r->kinds; i++) {
        typed = typed || !r->kind[i].text;
        if (r->kind[i].text && is_first(r, i)) /* adam and adamw have one text */
            ob_buf_addf(out, "#include \"optim/%s\"\n", r->kind[i].text->file);
    }
    if (typed)
        ob_buf_adds(out, "#include \"optbench/formula/ops.h\"\n");
}

void placed_text(const struct ob_placed_rule *r, struct ob_buf *out)
{
    ob_buf_adds(out, "#include \"kernels/kernel.h\"\n"
                     "#include \"optbench/device/step.h\"\n"
                     "#include \"optbench/num/fmath.h\"\n"
                     "struct OB_FN(ob_element) { real theta, grad, s[6]; };\n");
    add_texts(r, out);
    ob_buf_addf(out, "#define MOVE_GROUPS %zu\n#define MOVE_COEFS %zu\n",
                r->optimizer->groups, r->coefs);
    if (r->tensors > 0)
        ob_buf_adds(out, "#define MOVE_TENSORS\n");
    ob_buf_adds(out, "#define MOVE_HOLD \\\n");
    for (size_t i = 0; i < r->kinds; i++)
        if (r->kind[i].text)
            ob_buf_addf(out, "    struct OB_FN(%s) hold%zu = { R(0.0) }; \\\n",
                        r->kind[i].text->name, i);
        else
            ob_buf_addf(out, "    ob_u64 hold%zu = 0; \\\n", i);
    ob_buf_adds(out, "\n#define MOVE_TAKE \\\n");
    for (size_t i = 0; i < r->kinds; i++)
        if (r->kind[i].text)
            add_take(&r->kind[i], i, out);
        else
            ob_buf_addf(out, "    if (kind == %zu) hold%zu = at; \\\n", i, i);
    ob_buf_adds(out, "\n#define MOVE_ONE \\\n");
    for (size_t i = 0; i < r->kinds; i++) {
        ob_buf_addf(out, "    if (kind == %zu) { \\\n", i);
        if (r->kind[i].text)
            add_rule(&r->kind[i], i, out);
        else
            rule_placed_text(&r->kind[i], i, out);
        ob_buf_adds(out, "    } \\\n");
    }
    ob_buf_adds(out, "\n#include \"kernels/element.h\"\n");
}
