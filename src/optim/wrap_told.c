/* The wrappers in the explanation of a step. */
#include "wrap_told.h"

#include "optbench/base/number.h"
#include "optbench/optim/wrap.h"

static const struct ob_wrapper *lookahead(const struct ob_wraps *w, uint64_t k)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].opts == (const void *)&w->opts.lookahead)
            return k > 0 && w->at[i].count == k ? &w->at[i] : NULL;
    return NULL;
}

const struct ob_vec *ob_wraps_stepped(const struct ob_wraps *w, uint64_t k)
{
    const struct ob_wrapper *l = lookahead(w, k);
    return l ? &l->work[LOOKAHEAD_FAST] : NULL;
}

static void add(struct ob_buf *out, const char *before, double x)
{
    char text[OB_NUMBER_MAX];
    ob_number_write(text, x);
    ob_buf_addf(out, "%s%s", before, text);
}

static void add_exact(struct ob_buf *out, const char *before, const struct ob_vec *v,
                      size_t i)
{
    add(out, before, ob_vec_get(v, i));
}

/* Which wrappers have replaced the gradient. */
static void tell_gradient(const struct ob_wraps *w, size_t i, struct ob_buf *out)
{
    const char *and = "";
    for (size_t k = 0; k < w->n; k++)
        if (w->at[k].type->gradient) {
            ob_buf_addf(out, "%s[%s]", and, w->at[k].type->name);
            and = ", ";
        }
    if (*and)
        add_exact(out, " made it grad = ", &w->grad, i);
    ob_buf_adds(out, *and? "\n" : "");
}

void ob_wraps_explain(const struct ob_wraps *w, uint64_t k, size_t i, const char *name,
                      bool before, struct ob_buf *out)
{
    const struct ob_wrapper *l = lookahead(w, k);
    if (before) {
        tell_gradient(w, i, out);
        return;
    }
    if (!l)
        return;
    ob_buf_addf(out, "[lookahead] new %s = slow + alpha * (%s - slow)", name, name);
    add_exact(out, " = ", &l->work[LOOKAHEAD_SLOW], i);
    add(out, " + ", w->opts.lookahead.alpha);
    add_exact(out, " * (", &l->work[LOOKAHEAD_FAST], i);
    add_exact(out, " - ", &l->work[LOOKAHEAD_SLOW], i);
    add_exact(out, ") = ", &l->kept, i);
    ob_buf_adds(out, "\n");
}
