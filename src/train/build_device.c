#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

/* ---- before the data are read ---- */

bool ob_trainer_open_device(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    if (!ob_spec_on_device(t->spec))
        return true;
    if (ob_device_open(wanted(t), &t->device, &err))
        return true;
    ob_fail_at(&err, "%s", wanted(t));
    return refuse(t, diags, err.code, err.text);
}

/* ---- behind the batches ---- */

/* "cuda:0 NVIDIA H200 (sm_90, 151 GB)", safe for a terminal. */
static void describe(struct ob_trainer *t, const struct ob_device_facts *f)
{
    char memory[32], safe[sizeof t->device_words];
    struct ob_buf text = { 0 };
    ob_bytes_show(memory, f->memory);
    ob_buf_addf(&text, "%s:%zu %s (", f->api, f->index, f->name);
    if (f->architecture[0])
        ob_buf_addf(&text, "%s, ", f->architecture);
    ob_buf_addf(&text, "%s)", memory);
    snprintf(t->device_words, sizeof t->device_words, "%s",
             ob_text_safe_z(safe, sizeof safe, ob_buf_text(&text)));
    ob_buf_finish(&text);
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

static bool place(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    const size_t cap = t->mini ? t->batches.size : 0;
    const char *lacks = ob_problem_unplaced(t->problem);
    if (lacks)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "model", "kind",
                                "a %s model cannot be computed on a device: %s; write "
                                "device = cpu",
                                t->spec->model.type->name, lacks);
    if (!has_room(t, ob_placed_bytes(t->problem, cap) + ob_course_bytes(t), diags))
        return false;
    return (ob_problem_place(t->problem, t->device, cap, &err) &&
            (ob_course_lacks(t) || ob_course_create(t, &err))) ||
           refuse(t, diags, err.code, err.text);
}

bool ob_trainer_take_device(struct ob_trainer *t, struct ob_diags *diags)
{
    if (!t->device) {
        snprintf(t->device_words, sizeof t->device_words, "cpu");
        return true;
    }
    describe(t, ob_device_facts(t->device));
    return place(t, diags);
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

const char *ob_trainer_device_why(const struct ob_trainer *t)
{
    return t->device_why;
}

const char *ob_trainer_device_words(const struct ob_trainer *t)
{
    return t->device_words;
}
