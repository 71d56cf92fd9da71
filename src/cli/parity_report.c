#include <config.h>

#include "parity_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

static const char *const way_name[OB_PARITY_WAYS] = { "step", "float32", "path", "rate" };

/* ---- for people ---- */

static void print_figures(const struct ob_parity_result *r)
{
    char text[32];
    size_t states = r->count[OB_PARITY_STEP] + r->count[OB_PARITY_STEP_F32];
    if (states)
        printf(" %6zu", states);
    else
        printf(" %6s", "");
    for (size_t k = 0; k < OB_PARITY_WAYS; k++) {
        text[0] = '\0';
        if (!isnan(r->worst[k]))
            ob_number_show(text, sizeof text, r->worst[k], 2);
        else if (k == OB_PARITY_WAY && r->passed_over)
            snprintf(text, sizeof text, "(chaos)");
        printf(" %8s", text);
    }
}

static void print_line(struct parity_report *r, const char *flag, const char *problem)
{
    char name[96], safe[96], why[512];
    snprintf(name, sizeof name, "%.40s%s%.40s", flag, problem ? "/" : "",
             problem ? problem : "");
    printf("  %-24s", ob_text_safe_z(safe, sizeof safe, name));
    print_figures(&r->sum);
    if (r->why.len)
        printf("  %s: %s\n", r->cannot ? "CANNOT" : "DIFFERS",
               ob_text_safe_z(why, sizeof why, ob_buf_text(&r->why)));
    else
        printf("  holds\n");
    fflush(stdout);
}

/* What the first case says of itself is told of all where they say the same. */
static const char *common_note(const struct ob_parity *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (!p->item[i].note || strcmp(p->item[i].note, p->item[0].note) != 0)
            return NULL;
    return p->n ? p->item[0].note : NULL;
}

static void print_subject(const char *name, const struct ob_parity *p, const char *test)
{
    char safe[96], reference[160], note[256];
    ob_text_safe_z(safe, sizeof safe, name);
    const char *all = p ? common_note(p) : NULL;
    if (p)
        printf("%-26s %s\n", safe,
               ob_text_safe_z(reference, sizeof reference, p->reference));
    else if (test)
        printf("%-26s by hand: %s\n", safe, test);
    else
        printf("%-26s NOTHING to compare with\n", safe);
    if (all)
        printf("  (%s)\n", ob_text_safe_z(note, sizeof note, all));
}

/* ---- for programs ---- */

static void json_text(struct ob_json *j, const char *key, const char *text)
{
    ob_json_key(j, key);
    ob_json_string(j, text);
}

static void json_case(struct ob_json *j, const struct ob_parity_case *c,
                      const struct ob_parity_result *out, const struct ob_err *err)
{
    ob_json_begin_object(j);
    json_text(j, "flag", c->flag);
    json_text(j, "problem", c->problem);
    if (c->note)
        json_text(j, "note", c->note);
    for (size_t k = 0; out && k < OB_PARITY_WAYS; k++) {
        if (!out->count[k])
            continue;
        ob_json_key(j, way_name[k]);
        ob_json_begin_object(j);
        ob_json_key(j, "compared");
        ob_json_integer(j, (int64_t)out->count[k]);
        ob_json_key(j, "worst");
        ob_json_number(j, out->worst[k]);
        ob_json_key(j, "limit");
        ob_json_number(j, c->kind->limit[k]);
        ob_json_end_object(j);
    }
    ob_json_key(j, "holds");
    ob_json_bool(j, out && out->holds);
    if (!out || !out->holds)
        json_text(j, "why", out ? out->where : err->text);
    ob_json_end_object(j);
}

static void json_subject(struct ob_json *j, const char *name, const struct ob_parity *p,
                         const char *test)
{
    ob_json_begin_object(j);
    json_text(j, "name", name);
    if (p) {
        json_text(j, "reference", p->reference);
        json_text(j, "made_by", p->made_by);
    }
    if (test)
        json_text(j, "test", test);
    ob_json_key(j, "cases");
    ob_json_begin_array(j);
}

/* ---- both ---- */

static void clear(struct parity_report *r)
{
    r->sum = (struct ob_parity_result){ .holds = true };
    for (size_t k = 0; k < OB_PARITY_WAYS; k++)
        r->sum.worst[k] = NAN;
    ob_buf_clear(&r->why);
    r->cannot = false;
}

void parity_report_begin(struct parity_report *r)
{
    clear(r);
    r->json = (struct ob_json){ .out = &r->text, .pretty = true };
    if (r->as_json) {
        ob_json_begin_object(&r->json);
        ob_json_key(&r->json, "subjects");
        ob_json_begin_array(&r->json);
        return;
    }
    printf("%-26s %6s %8s %8s %8s %8s\n", "", "states", way_name[0], way_name[1],
           way_name[2], way_name[3]);
}

void parity_report_subject(struct parity_report *r, const char *name,
                           const struct ob_parity *p, const char *test)
{
    r->subjects++;
    r->by_hand += !p && test;
    r->bare += !p && !test;
    if (r->as_json)
        json_subject(&r->json, name, p, test);
    else
        print_subject(name, p, test);
}

static void add(struct parity_report *r, const struct ob_parity_case *c,
                const struct ob_parity_result *out, const struct ob_err *err)
{
    for (size_t k = 0; out && k < OB_PARITY_WAYS; k++) {
        r->sum.count[k] += out->count[k];
        if (!isnan(out->worst[k]) && !(out->worst[k] <= r->sum.worst[k]))
            r->sum.worst[k] = out->worst[k];
    }
    r->sum.passed_over += out ? out->passed_over : 0;
    if (out && out->holds)
        return;
    if (!r->why.len)
        ob_buf_addf(&r->why, "%s%s%s", r->problems ? "" : c->problem,
                    r->problems ? "" : ", ", out ? out->where : err->text);
    r->cannot = r->cannot || !out;
}

void parity_report_case(struct parity_report *r, const struct ob_parity *p, size_t i,
                        const struct ob_parity_result *out, const struct ob_err *err)
{
    const struct ob_parity_case *c = &p->item[i];
    bool last = i + 1 == p->n || strcmp(p->item[i + 1].flag, c->flag) != 0;
    r->cases++;
    r->flags += last;
    r->wrong += !out || !out->holds;
    if (r->as_json) {
        json_case(&r->json, c, out, err);
        return;
    }
    add(r, c, out, err);
    if (!last && !r->problems)
        return;
    print_line(r, c->flag, r->problems ? c->problem : NULL);
    clear(r);
}

void parity_report_broken(struct parity_report *r, const struct ob_err *err)
{
    char safe[512];
    r->cases++;
    r->wrong++;
    if (!r->as_json) {
        printf("  CANNOT be read: %s\n", ob_text_safe_z(safe, sizeof safe, err->text));
        return;
    }
    ob_json_begin_object(&r->json);
    ob_json_key(&r->json, "holds");
    ob_json_bool(&r->json, false);
    json_text(&r->json, "why", err->text);
    ob_json_end_object(&r->json);
}

void parity_report_subject_end(struct parity_report *r)
{
    if (!r->as_json)
        return;
    ob_json_end_array(&r->json);
    ob_json_end_object(&r->json);
}

static void print_sum(const struct parity_report *r)
{
    printf("\n%zu subjects, %zu variants, %zu cases: ", r->subjects, r->flags, r->cases);
    if (r->wrong)
        printf("%zu of them do not hold", r->wrong);
    else
        printf("all hold");
    if (r->by_hand)
        printf("; %zu by hand", r->by_hand);
    if (r->bare)
        printf("; %zu with nothing to compare with", r->bare);
    printf("\n");
}

int parity_report_end(struct parity_report *r)
{
    bool holds = !r->wrong && !r->bare;
    if (r->as_json) {
        ob_json_end_array(&r->json);
        ob_json_key(&r->json, "holds");
        ob_json_bool(&r->json, holds);
        ob_json_end_object(&r->json);
        printf("%s\n", ob_buf_text(&r->text));
    } else
        print_sum(r);
    ob_buf_finish(&r->text);
    ob_buf_finish(&r->why);
    return holds ? 0 : ob_code_exit(OB_EFAIL);
}
