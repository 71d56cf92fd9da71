#include "answer.h"

#include <math.h>
#include <string.h>

#include "optbench/base/number.h"

static void step_of(const struct ob_ctl_answer *a, const char *format, struct ob_buf *out)
{
    char step[OB_NUMBER_MAX];
    ob_count_show(step, sizeof step, (double)a->step);
    ob_buf_addf(out, "%s step %s", format, step);
}

static void number(double v, struct ob_buf *out)
{
    char text[OB_NUMBER_MAX];
    ob_number_write(text, v);
    ob_buf_adds(out, text);
}

/* "optimizer.lr 0.03 -> 0.0375 after step 812" */
static void set(const struct ob_ctl_request *asked, const struct ob_ctl_answer *a,
                struct ob_buf *out)
{
    ob_buf_addf(out, "%s ", asked->key);
    if (isnan(a->fresh)) {
        ob_buf_adds(out, asked->value);
    } else {
        number(a->old, out);
        ob_buf_adds(out, " -> ");
        number(a->fresh, out);
    }
    step_of(a, " after", out);
}

static void pace(const struct ob_ctl_request *asked, struct ob_buf *out)
{
    char text[OB_NUMBER_MAX];
    ob_si_show(text, sizeof text, asked->pace);
    if (asked->pace > 0)
        ob_buf_addf(out, "%s steps a second", text);
    else
        ob_buf_adds(out, asked->pace < 0 ? "at its own pace" : "full speed");
}

static void refused(const struct ob_ctl_answer *a, struct ob_buf *out)
{
    ob_buf_adds(out, a->error);
    if (strstr(a->error, "take over"))
        ob_buf_adds(out, ": T does");
}

void ob_answer_show(const struct ob_ctl_request *asked, const struct ob_ctl_answer *a,
                    struct ob_buf *out)
{
    if (!a->ok) {
        refused(a, out);
        return;
    }
    switch (asked->verb) {
    case OB_CTL_PAUSE:
        step_of(a, "paused after", out);
        ob_buf_adds(out, ": Space goes on, . does one step, i explains it");
        break;
    case OB_CTL_RESUME:
        step_of(a, "goes on from", out);
        break;
    case OB_CTL_STEP:
        step_of(a, "did", out);
        ob_buf_adds(out, ": i explains it");
        break;
    case OB_CTL_PACE:
        pace(asked, out);
        break;
    case OB_CTL_SET:
        set(asked, a, out);
        break;
    case OB_CTL_CHECKPOINT:
        ob_buf_addf(out, "saved %s", a->file);
        step_of(a, " after", out);
        break;
    case OB_CTL_STOP:
        step_of(a, "stops after", out);
        break;
    case OB_CTL_STEER:
        ob_buf_adds(out, "you steer this run now");
        break;
    case OB_CTL_STATUS:
    case OB_CTL_GET:
    case OB_CTL_EXPLAIN:
    case OB_CTL_WATCH:
        break;
    }
}
