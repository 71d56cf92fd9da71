#include "explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"

const void *explain_begin(struct explain *e, const struct ob_optimizer *o,
                          const struct ob_update *u, struct ob_buf *out)
{
    size_t s = 0;
    while (u->i >= o->segment[s].offset + o->segment[s].n)
        s++;
    *e = (struct explain){ .optimizer = o,
                           .update = u,
                           .out = out,
                           .segment = &o->segment[s],
                           .dtype = o->problem->dtype };
    ob_layout_column_name(&o->problem->layout, u->i, e->name);
    return (o->last_opts ? o->last_opts : o->group_opts)[e->segment->group];
}

double explain_round(const struct explain *e, double x)
{
    return e->dtype == OB_F32 ? (double)(float)x : x;
}

void explain_say(struct explain *e, const char *format, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    ob_buf_adds(e->out, text);
}

/* The shortest digits that read back to the same number of the dtype. */
static void write_number(const struct explain *e, char out[static OB_NUMBER_MAX],
                         double v)
{
    double back;
    for (int digits = 1; e->dtype == OB_F32 && digits <= 9; digits++) {
        size_t n = ob_number_show(out, OB_NUMBER_MAX, v, digits);
        if (ob_number_parse(out, n, &back) && (float)back == (float)v)
            return;
    }
    ob_number_write(out, v);
}

void explain_numbers(struct explain *e, const char *format, const double *number)
{
    char shown[OB_NUMBER_MAX];
    for (const char *c = format; *c; c++) {
        if (c[0] != '%' || (c[1] != 'v' && c[1] != 'r')) {
            ob_buf_addc(e->out, *c);
            continue;
        }
        write_number(e, shown, *number++);
        ob_buf_addf(e->out, *shown == '-' && c[1] == 'v' ? "(%s)" : "%s", shown);
        c++;
    }
}

void explain_lost(struct explain *e, const char *slot, double now)
{
    explain_say(e, "%s", slot);
    explain_numbers(e, " = %r", &now);
    explain_say(e, " now; before step %llu it was not kept: make a step, ask again\n",
                (unsigned long long)e->update->k);
}

double explain_rate(const struct explain *e, double lr)
{
    return explain_round(e, ob_schedule_rate(e->optimizer->schedule, lr, e->update->k));
}

static bool scheduled(const struct explain *e)
{
    const struct ob_schedule *s = e->optimizer->schedule;
    return s && (!s->flat || e->update->k <= s->warmup);
}

void explain_lr(struct explain *e, double lr)
{
    const struct ob_schedule *s = e->optimizer->schedule;
    double rate = explain_rate(e, lr), base = explain_round(e, lr);
    explain_numbers(e, "lr %r", &rate);
    if (scheduled(e)) {
        explain_say(e, " (%s", s->flat ? "warm-up" : s->type->name);
        explain_numbers(e, " from %r)", &base);
    }
}

void explain_schedule(struct explain *e, double lr)
{
    if (!scheduled(e))
        return;
    explain_lr(e, lr);
    explain_say(e, "\n");
}

void explain_float32(struct explain *e)
{
    if (e->dtype == OB_F32)
        explain_say(e, "every operation is rounded to float32\n");
}

/* A line search has a direction and a length, whatever the rule. */
static void explain_search(struct explain *e)
{
    const struct ob_optimizer *o = e->optimizer;
    const struct ob_update *u = e->update;
    double length = explain_round(e, u->lr), along = ob_vec_get(&o->dir, u->i);
    if (u->lr == 0) {
        explain_say(e, "the gradient is zero along the direction: no step\n");
        return;
    }
    explain_numbers(e, "direction = %r (grad %v)\n", (double[]){ along, u->grad });
    explain_say(e, "length by %s", o->search->name);
    explain_numbers(e, " = %r\n", &length);
    explain_say(e, "new %s = %s + length * direction", e->name, e->name);
    explain_numbers(e, " = %v + %v * %v = %r\n",
                    (double[]){ u->before, length, along, u->after });
}

/* The equations as the paper has them, then what went in and what came out. */
static void explain_plain(const struct ob_optimizer *o, const struct ob_update *u,
                          struct ob_buf *out)
{
    struct explain e;
    explain_begin(&e, o, u, out);
    ob_buf_adds(out, o->type->equations);
    if (out->len && ob_buf_text(out)[out->len - 1] != '\n')
        ob_buf_addc(out, '\n');
    for (size_t s = 0; s < o->type->slots; s++) {
        double now = ob_vec_get(&o->slot[s], u->i);
        explain_say(&e, "%s%s", s ? ", " : "", o->type->slot_names[s]);
        if (u->known)
            explain_numbers(&e, " %r -> %r", (double[]){ u->slot[s], now });
        else
            explain_numbers(&e, " %r", &now);
    }
    explain_numbers(&e, o->type->slots ? "\nlr %r, grad %r\n" : "lr %r, grad %r\n",
                    (double[]){ u->lr, u->grad });
    explain_say(&e, "new %s = %s + change", e.name, e.name);
    explain_numbers(&e, " = %v + %v = %r\n",
                    (double[]){ u->before, u->after - u->before, u->after });
}

void ob_optimizer_explain(const struct ob_optimizer *o, const struct ob_update *u,
                          struct ob_buf *out)
{
    struct explain e;
    if (!o->search) {
        (o->type->explain ? o->type->explain : explain_plain)(o, u, out);
        return;
    }
    explain_begin(&e, o, u, out);
    explain_search(&e);
    explain_float32(&e);
}
