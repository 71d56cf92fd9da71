/*
 * A look at a table without an experiment: the whole input is the file. Whatever it
 * holds: no crash, figures that fit together, and an answer in JSON that the terminal
 * reads back.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/diag.h"
#include "optbench/base/json.h"
#include "optbench/data/survey.h"
#include "optbench/ui/data_view.h"

static void check_column(const struct ob_survey *s, const struct ob_survey_column *c)
{
    size_t sum = 0;
    for (size_t k = 0; k < OB_SURVEY_BINS; k++)
        sum += c->bin[k];
    OB_REQUIRE(c->cells <= OB_SURVEY_CELLS);
    OB_REQUIRE(c->odd == 0 || c->odd_text);
    if (c->type == OB_SURVEY_NUMBER) {
        OB_REQUIRE(c->facts.min <= c->facts.max);
        OB_REQUIRE(sum >= 1 && c->distinct >= 1);
        OB_REQUIRE(sum + c->odd + c->missing >= s->rows_read);
    } else {
        OB_REQUIRE(isnan(c->facts.min));
    }
}

static void check_proposal(const struct ob_survey *s)
{
    const struct ob_proposal *p = &s->proposal;
    OB_REQUIRE(p->why);
    for (size_t i = 0; i < p->features; i++) {
        const struct ob_survey_column *c = &s->column[p->feature[i]];
        OB_REQUIRE(c->type == OB_SURVEY_NUMBER && c->odd == 0);
        OB_REQUIRE(p->target && strcmp(c->name, p->target) != 0);
    }
}

/* The answer as `data --json` gives it, read as the terminal reads it. */
static void check_answer(const struct ob_survey *s)
{
    struct ob_buf text = { 0 };
    struct ob_json json = { .out = &text };
    struct ob_data_view view = { 0 };
    struct ob_err err;
    ob_json_begin_object(&json);
    ob_json_key(&json, "ok");
    ob_json_bool(&json, true);
    ob_survey_json(s, &json);
    ob_json_end_object(&json);
    OB_REQUIRE(ob_data_view_read(&view, ob_buf_text(&text), text.len, &err));
    OB_REQUIRE(view.columns + view.columns_more == s->columns);
    ob_data_view_finish(&view);
    ob_buf_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_csv_input in = { .name = "fuzz", .text = (const char *)data, .n = size };
    struct ob_survey s = { 0 };
    struct ob_diags diags = { 0 };
    bool ok = ob_survey_file(&in, NULL, &s, &diags);
    OB_REQUIRE(ok == (diags.n == 0));
    for (size_t j = 0; j < s.columns; j++)
        check_column(&s, &s.column[j]);
    check_proposal(&s);
    check_answer(&s);
    ob_survey_finish(&s);
    ob_diags_finish(&diags);
    return 0;
}
