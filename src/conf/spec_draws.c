#include <config.h>

#include <string.h>

#include "spec_priv.h"

/* Where an axis has its seed, its stream and what is drawn before it. */
void ob_spec_draws(const struct ob_spec *spec, enum ob_axis axis,
                   struct ob_draw_setup *out)
{
    const struct ob_seed_opts *s = &spec->seed;
    const struct {
        int64_t seed;
        uint64_t stream;
        const struct ob_texts *before;
    } of[] = {
        [OB_AXIS_DATA] = { s->data, OB_STREAM_DATA, &s->data_draws },
        [OB_AXIS_INIT] = { s->init, OB_STREAM_INIT, &s->init_draws },
        [OB_AXIS_BATCH] = { s->batch, OB_STREAM_BATCHES, &s->batch_draws },
        [OB_AXIS_SPLIT] = { s->split, OB_STREAM_SPLIT, NULL },
    };
    *out = (struct ob_draw_setup){
        .kind = (enum ob_rng_kind)spec->experiment.rng,
        .dtype = spec->experiment.rng == OB_RNG_PHILOX ? OB_F64 : (enum ob_dtype)s->dtype,
        .seed = (uint64_t)of[axis].seed,
        .stream = of[axis].stream,
        .before = spec->experiment.rng == OB_RNG_PHILOX ? NULL : of[axis].before,
    };
}

bool spec_is_idle(const struct ob_spec *spec, const char *section, const char *key)
{
    bool draws = !strcmp(section, "seed") &&
                 (!strcmp(key, "dtype") || strstr(key, "_draws") != NULL);
    bool order = !strcmp(section, "batch") && !strcmp(key, "order");
    return (spec->experiment.rng == OB_RNG_PHILOX && (draws || order)) ||
           spec_wrap_is_idle(spec, section, key);
}

static void check_calls(const struct ob_spec *spec, const char *key,
                        const struct ob_texts *calls, struct ob_diags *diags)
{
    struct ob_err err;
    if (!ob_draw_check(calls, &err))
        ob_spec_complain(spec, diags, err.code, "seed", key, "%s", err.text);
}

static void check_batch(const struct ob_spec *spec, struct ob_diags *diags)
{
    const struct ob_batch_opts *b = &spec->batch;
    if (!b->replacement)
        return;
    if (b->size == 0)
        ob_spec_complain(spec, diags, OB_ECONFIG, "batch", "replacement",
                         "a full batch has every row once: give batch.size a number");
    else if (!b->shuffle)
        ob_spec_complain(spec, diags, OB_ECONFIG, "batch", "replacement",
                         "rows are drawn, and shuffle = no keeps them in their order");
    else if (!spec_is_idle(spec, "batch", "order") && b->order == OB_ORDER_RANDPERM)
        ob_spec_complain(spec, diags, OB_ECONFIG, "batch", "replacement",
                         "order = randperm has every row once");
}

void spec_check_draws(const struct ob_spec *spec, struct ob_diags *diags)
{
    if (spec->experiment.rng != OB_RNG_PHILOX) {
        check_calls(spec, "data_draws", &spec->seed.data_draws, diags);
        check_calls(spec, "init_draws", &spec->seed.init_draws, diags);
        check_calls(spec, "batch_draws", &spec->seed.batch_draws, diags);
    }
    check_batch(spec, diags);
}
