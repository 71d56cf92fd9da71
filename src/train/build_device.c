#include <config.h>

#include <stdio.h>
#include <string.h>

#include "choice.h"
#include "course.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/device/device.h"
#include "optbench/model/placed.h"
#include "trainer_priv.h"

static const char *wanted(const struct ob_trainer *t)
{
    return t->spec->experiment.device;
}

static bool refuse(const struct ob_trainer *t, struct ob_diags *diags, enum ob_code code,
                   const char *text)
{
    return ob_spec_complain(t->spec, diags, code, "experiment", "device", "%s", text);
}

static bool is_auto(const struct ob_trainer *t)
{
    return strcmp(wanted(t), "auto") == 0;
}

/* ---- before the data are read ---- */

/* A GPU that a scheduler granted must be usable, whatever is computed on it then. */
static bool check_grant(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_buf granted = { 0 };
    bool ok = true;
    if (ob_choice_granted(&granted)) {
        struct ob_choice_gpus gpus;
        ob_choice_look(&gpus);
        if (gpus.n == 0)
            ok = ob_spec_complain(t->spec, diags, OB_EDEVICE, "experiment", "device",
                                  "a GPU was granted (%s), but none can be used: %s; "
                                  "device = cpu does without",
                                  ob_buf_text(&granted), ob_buf_text(&gpus.why));
        ob_choice_gpus_finish(&gpus);
    }
    ob_buf_finish(&granted);
    return ok;
}

bool ob_trainer_open_device(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    if (t->share && ob_spec_on_device(t->spec))
        return refuse(t, diags, OB_ECONFIG,
                      "several processes compute on processors alone: device = cpu");
    if (t->here)
        return true;
    if (is_auto(t))
        return check_grant(t, diags);
    if (!ob_spec_on_device(t->spec) || ob_device_open(wanted(t), &t->device, &err))
        return true;
    ob_fail_at(&err, "%s", wanted(t));
    return refuse(t, diags, OB_EDEVICE, err.text);
}

/* ---- when everything else is built ---- */

/* "cuda:0 NVIDIA H200 (sm_90, 151 GB)", safe for a terminal. */
void ob_trainer_describe(const struct ob_device_facts *f, struct ob_buf *out)
{
    struct ob_buf text = { 0 };
    char memory[32];
    ob_bytes_show(memory, f->memory);
    ob_buf_addf(&text, "%s:%zu %s (", f->api, f->index, f->name);
    if (f->architecture[0])
        ob_buf_addf(&text, "%s, ", f->architecture);
    ob_buf_addf(&text, "%s)", memory);
    ob_text_safe(out, ob_buf_text(&text), text.len);
    ob_buf_finish(&text);
}

void ob_trainer_add_why(bool device, const char *why, struct ob_buf *out)
{
    if (!*why)
        return;
    ob_buf_adds(out, device ? ": " : " (");
    ob_text_safe(out, why, strlen(why));
    ob_buf_adds(out, device ? "" : ")");
}

/* The words of the device, or of the processor, and why it is it. */
static void put_words(struct ob_trainer *t)
{
    struct ob_buf words = { 0 };
    if (t->device)
        ob_trainer_describe(ob_device_facts(t->device), &words);
    else
        ob_buf_adds(&words, "cpu");
    ob_trainer_add_why(t->device != NULL, t->device_why, &words);
    if (ob_trainer_device_lacks(t))
        ob_buf_addf(&words, "; the host makes the steps: %s", ob_trainer_device_lacks(t));
    snprintf(t->device_words, sizeof t->device_words, "%s", ob_buf_text(&words));
    ob_buf_finish(&words);
}

static size_t batch_cap(const struct ob_trainer *t)
{
    return t->mini ? t->batches.size : 0;
}

uint64_t ob_trainer_device_bytes(const struct ob_trainer *t)
{
    return ob_placed_bytes(t->problem, batch_cap(t)) + ob_course_bytes(t);
}

bool ob_trainer_place(struct ob_trainer *t, struct ob_err *err)
{
    return ob_problem_place(t->problem, t->device, batch_cap(t), err) &&
           (ob_course_lacks(t) || ob_course_create(t, err));
}

static bool has_room(const struct ob_trainer *t, uint64_t need, struct ob_diags *diags)
{
    const struct ob_device_facts *f = ob_device_facts(t->device);
    char all[32], much[32], text[320];
    if (f->memory == 0 || need <= f->memory)
        return true;
    ob_bytes_show(all, f->memory);
    ob_bytes_show(much, need);
    snprintf(text, sizeof text,
             "the experiment needs %s of the device's memory, %.120s has %s: write "
             "%sdevice = cpu",
             much, f->name, all,
             t->theta.dtype == OB_F64 ? "dtype = float32, which halves that, or " : "");
    return refuse(t, diags, OB_EDEVICE, text);
}

/* Memory that should have been enough is taken by other processes. */
static bool refuse_place(const struct ob_trainer *t, const struct ob_err *err,
                         struct ob_diags *diags)
{
    char need[32];
    if (err->code != OB_ENOMEM)
        return refuse(t, diags, err->code, err->text);
    ob_bytes_show(need, ob_trainer_device_bytes(t));
    return ob_spec_complain(t->spec, diags, OB_EDEVICE, "experiment", "device",
                            "%s; the experiment needs %s of the device's memory, and "
                            "others may have the rest",
                            err->text, need);
}

bool ob_trainer_may_place(const struct ob_trainer *t, struct ob_diags *diags)
{
    const char *lacks = ob_problem_unplaced(t->problem);
    return !lacks || ob_spec_complain(t->spec, diags, OB_ECONFIG, "model", "kind",
                                      "%s cannot be computed on a device: %s; write "
                                      "device = cpu",
                                      t->spec->model.type->name, lacks);
}

static bool place(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    return ob_trainer_may_place(t, diags) &&
           has_room(t, ob_trainer_device_bytes(t), diags) &&
           (ob_trainer_place(t, &err) || refuse_place(t, &err, diags));
}

bool ob_trainer_take_device(struct ob_trainer *t, struct ob_diags *diags)
{
    const bool chooses = is_auto(t) && !t->here;
    if (!(chooses ? ob_trainer_choose(t, diags) : !t->device || place(t, diags)))
        return false;
    put_words(t);
    return true;
}

void ob_trainer_close_device(struct ob_trainer *t)
{
    ob_device_close(t->device);
    t->device = NULL;
}

const char *ob_trainer_device_lacks(const struct ob_trainer *t)
{
    return t->device && !t->course ? ob_course_lacks(t) : NULL;
}

/* ---- when it fails ---- */

const struct ob_err *ob_trainer_failure(const struct ob_trainer *t)
{
    const struct ob_placed *pl = t->problem->placed;
    return pl && pl->failed.code != OB_OK ? &pl->failed : NULL;
}

void ob_trainer_fail(struct ob_trainer *t, const struct ob_err *err)
{
    struct ob_placed *pl = t->problem->placed;
    OB_REQUIRE(pl && err->code != OB_OK);
    if (pl->failed.code == OB_OK)
        pl->failed = *err;
}

/* ---- told ---- */

const struct ob_device_facts *ob_trainer_device(const struct ob_trainer *t)
{
    return t->device ? ob_device_facts(t->device) : NULL;
}

bool ob_trainer_reproducible(const struct ob_trainer *t)
{
    return t->problem->math == OB_MATH_REPRODUCIBLE;
}

uint64_t ob_trainer_device_used(const struct ob_trainer *t)
{
    return t->device ? ob_device_used(t->device) : 0;
}

const char *ob_trainer_device_why(const struct ob_trainer *t)
{
    return t->device_why;
}

const char *ob_trainer_device_words(const struct ob_trainer *t)
{
    return t->device_words;
}
