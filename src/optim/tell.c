/* The end of a run in sentences for people: what happened, what it does not mean, what to
 * do. The words of summary.json are in stop.c. */
#include <math.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/optim/stop.h"

/* So far from the optimum is there: functions are looked at in boxes of some units, the
 * parameters of a model may be of any size. */
#define NEAR_FUNCTION 1e-3
#define NEAR          1e-6

static void add_number(struct ob_buf *out, const char *before, double x,
                       const char *after)
{
    char shown[OB_NUMBER_MAX];
    ob_number_show(shown, sizeof shown, x, 4);
    ob_buf_addf(out, "%s%s%s", before, shown, after);
}

static bool has_note(const struct ob_stop_story *s)
{
    return s->note && s->note[0];
}

/* "after 1 043 steps". */
static void add_steps(struct ob_buf *out, const struct ob_stop_story *s)
{
    char shown[OB_NUMBER_MAX];
    ob_count_show(shown, sizeof shown, (double)s->steps);
    ob_buf_addf(out, " after %s step%s", shown, s->steps == 1 ? "" : "s");
}

/* A note as a sentence of its own, its end left open. */
static void begin_sentence(struct ob_buf *out, const char *note)
{
    bool lower = *note >= 'a' && *note <= 'z';
    ob_buf_addf(out, "%c%s", lower ? *note - 'a' + 'A' : *note, note + 1);
}

static void tell_delta(const struct ob_stop_story *s, struct ob_buf *out)
{
    ob_buf_adds(out, "the parameters stopped moving");
    add_steps(out, s);
    add_number(out, ": the last step was ", s->theta_delta, " long.\n");
    if (has_note(s)) {
        begin_sentence(out, s->note);
        ob_buf_adds(out, "; more steps at this rate and precision change nothing.");
        ob_buf_adds(out, s->narrow ? " Use experiment.dtype = float64 or scale the "
                                     "target to get further.\n"
                                   : "\n");
    }
    if (s->mini_batch)
        ob_buf_adds(out, "On mini-batches one short step says little; ask for more in a "
                         "row with stop.for.\n");
    if (s->rate_fell)
        ob_buf_adds(out,
                    "The schedule had lowered the rate, which shortens steps without "
                    "bringing a minimum nearer.\n");
}

static void tell_saturated(const struct ob_stop_story *s, struct ob_buf *out)
{
    (void)s;
    ob_buf_adds(
        out, "saturated: every sample with a wrong label sits where the loss is "
             "clamped and its gradient is exactly zero; this is not a minimum.\n"
             "Standardise the features (data.scale = standard), lower optimizer.lr, or "
             "use model.loss = bce_logits.\n");
}

static void tell_diverged(const struct ob_stop_story *s, struct ob_buf *out)
{
    ob_buf_adds(out, "the run diverged");
    if (has_note(s))
        ob_buf_addf(out, ": %s", s->note);
    if (s->no_data) {
        ob_buf_adds(out, s->steps
                             ? ".\nLower optimizer.lr, or start elsewhere: model.start.\n"
                             : ".\nStart elsewhere: model.start.\n");
        return;
    }
    ob_buf_adds(out, s->steps ? ".\nLower optimizer.lr, or"
                              : ".\nStart nearer by model.init, or");
    ob_buf_adds(out, " standardise the features (data.scale = standard).\n");
}

static void tell_stalled(const struct ob_stop_story *s, struct ob_buf *out)
{
    ob_buf_adds(out, has_note(s) ? s->note : "stalled: the steps are below rounding");
    ob_buf_adds(out, "; more steps at this rate and precision change nothing.\n");
    ob_buf_adds(out, s->narrow
                         ? "Raise optimizer.lr, or use experiment.dtype = float64.\n"
                         : "Raise optimizer.lr if the loss is not low enough.\n");
}

static void tell_reason(const struct ob_stop_story *s, struct ob_buf *out)
{
    ob_buf_addf(out, "%s", ob_stop_title(s->stop));
    add_steps(out, s);
    if (has_note(s))
        ob_buf_addf(out, ": %s", s->note);
    ob_buf_adds(out, ".\n");
}

/* An optimizer that cannot go on says why in a whole sentence. */
static void tell_no_step(const struct ob_stop_story *s, struct ob_buf *out)
{
    ob_buf_adds(out, has_note(s) ? "stopped" : ob_stop_title(s->stop));
    add_steps(out, s);
    if (has_note(s))
        ob_buf_addf(out, ": %s", s->note);
    ob_buf_adds(out, ".\n");
}

static void tell_grad(const struct ob_stop_story *s, struct ob_buf *out)
{
    ob_buf_adds(out, "the gradient is small enough");
    add_steps(out, s);
    add_number(out, ": its norm is ", s->grad_norm, ".\n");
    if (s->mini_batch)
        ob_buf_adds(out,
                    "On mini-batches that is the gradient of one batch only; ask for "
                    "more in a row with stop.for.\n");
}

static void tell_loss(const struct ob_stop_story *s, struct ob_buf *out)
{
    ob_buf_adds(out, "the loss stopped changing");
    add_steps(out, s);
    add_number(out, ", at ", s->loss, ".\n");
    if (s->rate_fell)
        ob_buf_adds(out,
                    "The schedule had lowered the rate, which slows every change.\n");
}

/* An entry of NULL tells its title, the steps and the note. */
static void (*const tellers[OB_STOP_COUNT])(const struct ob_stop_story *,
                                            struct ob_buf *) = {
    [OB_STOP_THETA_DELTA] = tell_delta,   [OB_STOP_GRAD_NORM] = tell_grad,
    [OB_STOP_LOSS_DELTA] = tell_loss,     [OB_STOP_DIVERGED] = tell_diverged,
    [OB_STOP_SATURATED] = tell_saturated, [OB_STOP_STALLED] = tell_stalled,
    [OB_STOP_SINGULAR] = tell_no_step,    [OB_STOP_STUCK] = tell_no_step,
};

/* Three significant digits of what has three, so that neighbours can be told apart. */
static void show_loss(char out[static OB_NUMBER_MAX], double x)
{
    size_t n = ob_number_show(out, OB_NUMBER_MAX, x, 3);
    size_t digits = 0;
    if (strpbrk(out, "en") || !strchr(out, '.'))
        return;
    for (const char *c = out; *c; c++)
        digits += (*c >= '1' && *c <= '9') || (*c == '0' && digits > 0);
    while (digits++ < 3 && n + 1 < OB_NUMBER_MAX)
        out[n++] = '0';
    out[n] = '\0';
}

bool ob_stop_not_optimum(double loss, double reference_loss, const char *who,
                         struct ob_buf *out)
{
    char reached[OB_NUMBER_MAX], best[OB_NUMBER_MAX];
    if (isnan(loss) || isnan(reference_loss) || !(loss > reference_loss))
        return false;
    show_loss(reached, loss);
    show_loss(best, reference_loss);
    if (strcmp(reached, best) == 0)
        return false;
    ob_buf_addf(out, "This is not the optimum: the loss is %s where %s has %s.\n",
                reached, who, best);
    return true;
}

/* What was asked of the run besides, where that did not end it. */
static void tell_target(const struct ob_stop_story *s, struct ob_buf *out)
{
    if (!s->target || s->stop == OB_STOP_TARGET)
        return;
    if (!s->target_step) {
        ob_buf_addf(out, "The target %s was not met.\n", s->target);
        return;
    }
    ob_buf_addf(out, "The target %s was met at step %llu, with %llu evaluations.\n",
                s->target, (unsigned long long)s->target_step,
                (unsigned long long)s->target_evals);
}

void ob_stop_tell(const struct ob_stop_story *story, struct ob_buf *out)
{
    (tellers[story->stop] ? tellers[story->stop] : tell_reason)(story, out);
    tell_target(story, out);
    if (story->stop == OB_STOP_DIVERGED)
        return;
    /* Where the minimum is 0, no loss above it has its figures: near is there. */
    if (story->distance <= (story->no_data ? NEAR_FUNCTION : NEAR))
        return;
    const char *who = story->no_data ? "the known minimum" : "the closed form";
    if (ob_stop_not_optimum(story->loss, story->reference_loss, who, out) &&
        !isnan(story->distance))
        add_number(out, "The parameters are ", story->distance, " away from it.\n");
}
