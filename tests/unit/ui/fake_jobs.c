#include "fake_feed.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* Answers as the program prints them, taken in by the same readers. */
static const char table[] =
    "{\"ok\":true,\"problems\":[],\"origin\":\"data/people.csv\",\"rows\":49,"
    "\"rows_read\":49,\"parts\":[39,10,0],\"whole\":true,\"columns\":["
    "{\"name\":\"id\",\"type\":\"number\",\"role\":\"unused\",\"missing\":0,"
    "\"distinct\":49,\"distinct_more\":false,\"min\":1,\"mean\":25,\"max\":49,"
    "\"std\":14.29,\"histogram\":[4,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3],"
    "\"cells\":[\"1\",\"2\",\"3\"]},"
    "{\"name\":\"age_years\",\"type\":\"number\",\"role\":\"feature\",\"missing\":0,"
    "\"distinct\":49,\"distinct_more\":false,\"min\":2,\"mean\":4.93,\"max\":7.992,"
    "\"std\":1.77,\"histogram\":[1,5,4,4,4,3,3,2,2,1,3,4,4,3,3,3],"
    "\"cells\":[\"2.2\",\"2.32\",\"2.5\"]},"
    "{\"name\":\"height_m\",\"type\":\"number\",\"role\":\"target\",\"missing\":0,"
    "\"distinct\":48,\"distinct_more\":false,\"min\":0.79,\"mean\":1.06,\"max\":1.33,"
    "\"std\":0.14,\"histogram\":[2,1,4,6,8,6,4,3,2,2,3,3,2,1,1,1],"
    "\"cells\":[\"0.86\",\"0.95\",\"\"]},"
    "{\"name\":\"sex\",\"type\":\"category\",\"role\":\"unused\",\"missing\":3,"
    "\"distinct\":2,\"distinct_more\":false,\"min\":null,\"mean\":null,\"max\":null,"
    "\"std\":null,\"histogram\":[24,22,0,0,0,0,0,0,0,0,0,0,0,0,0,0],"
    "\"words\":[\"f\",\"\\u001b[31mm\"],"
    "\"cells\":[\"f\",\"m\",\"f\"]},"
    "{\"name\":\"a column with a name that is longer than most panes are wide\","
    "\"type\":\"text\",\"role\":\"unused\",\"missing\":12,\"distinct\":37,"
    "\"distinct_more\":true,\"min\":null,\"mean\":null,\"max\":null,\"std\":null,"
    "\"histogram\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"
    "\"cells\":[\"born in may\",\"twin\"]},"
    "{\"name\":\"nothing\",\"type\":\"empty\",\"role\":\"unused\",\"missing\":49,"
    "\"distinct\":0,\"distinct_more\":false,\"min\":null,\"mean\":null,\"max\":null,"
    "\"std\":null,\"histogram\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],\"cells\":[]}],"
    "\"suggest\":{\"target\":\"height_m\",\"features\":[\"age_years\"],\"all\":false,"
    "\"model\":\"linear\",\"scale\":\"standard\",\"missing\":\"error\","
    "\"delimiter\":\"comma\",\"decimal\":\"point\","
    "\"lr\":0.5,\"lr_why\":\"standardised features with 2 parameters curve the loss by "
    "at "
    "most 2, so gradient descent is "
    "stable\",\"adam_lr\":0.005,\"adam_lr_why\":\"far\",\"why\":\"height_m is the last "
    "column of "
    "numbers\"}}";

static const char faulty_table[] =
    "{\"ok\":false,\"problems\":[{\"file\":\"data/faulty.csv\",\"line\":17,"
    "\"section\":\"\",\"key\":\"\",\"text\":\"column 2 'age_years': '4,5' is not a "
    "number; set data.decimal = comma\"}],\"origin\":\"data/faulty.csv\",\"rows\":49,"
    "\"rows_read\":49,\"whole\":true,\"columns\":["
    "{\"name\":\"id\",\"type\":\"number\",\"role\":\"feature\",\"missing\":0,"
    "\"distinct\":49,\"distinct_more\":false,\"min\":1,\"mean\":25,\"max\":49,"
    "\"std\":14.29,\"histogram\":[4,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3],"
    "\"cells\":[\"1\"]}],\"suggest\":null}";

static const char evil[] = "\033[2J\033]0;owned\007\xe2\x80\xae evil\nname";

static void replace(char **at, const char *text)
{
    free(*at);
    *at = ob_xstrdup(text);
}

bool fake_check(struct ob_feed *base, const char *text, const char *path,
                struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    replace(&f->asked, text);
    replace(&f->asked_path, path);
    f->checks++;
    f->check_waits = true;
    return true;
}

bool fake_inspect(struct ob_feed *base, const char *text, const char *path,
                  struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    replace(&f->looked_at, text && strstr(text, "faulty.csv") ? "faulty.csv" : path);
    f->looks++;
    f->look_waits = true;
    return true;
}

static unsigned line_of(const char *text, const char *word)
{
    unsigned line = 1;
    for (const char *c = text, *at = strstr(text, word); c < at; c++)
        line += *c == '\n';
    return line;
}

/* A function that needs no data, as the program tells of it. */
static const char function[] =
    "{\"ok\":true,\"problems\":[],\"needs_data\":false,\"rows\":0,\"features\":0,"
    "\"parameters\":2,\"start\":{\"loss\":404,\"grad_norm\":131.5750736271882,"
    "\"lr_limit\":0.08578643762690498,"
    "\"trouble\":\"\",\"parameters\":[{\"name\":\"w1\",\"value\":-8,\"gradient\":-124,"
    "\"low\":-10,\"high\":10},{\"name\":\"w2\",\"value\":8,\"gradient\":-44,"
    "\"low\":-10,\"high\":10}]},\"optima\":{\"loss\":0,\"theta\":[[1,1]]},"
    "\"resolved\":\"\"}";

/* A formula that is none. */
static const char formula[] =
    "{\"ok\":false,\"problems\":[{\"file\":\"new.ini\",\"line\":9,\"section\":\"model\","
    "\"key\":\"f\",\"text\":\"'2x': write 2*x (column 43)\"}]}";

/* What is answered where the text has a word; NULL = nothing special. */
static const char *special(const char *text)
{
    if (strstr(text, "2x"))
        return formula;
    return strstr(text, "kind = quadratic") && strstr(text, "20 8 8 4") ? function : NULL;
}

/* Twenty parts of a rate that rises and falls, as the program tells of it. */
static void add_schedule(struct ob_json *j)
{
    static const char *const list[] = { "step", "lr", "lowest_lr", "highest_lr",
                                        "momentum" };
    ob_json_key(j, "schedule");
    ob_json_begin_object(j);
    ob_json_key(j, "kind");
    ob_json_string(j, "onecycle");
    ob_json_key(j, "steps");
    ob_json_integer(j, 191);
    ob_json_key(j, "highest");
    ob_json_number(j, 0.05);
    ob_json_key(j, "highest_step");
    ob_json_integer(j, 51);
    ob_json_key(j, "note");
    ob_json_string(j, "");
    for (size_t k = 0; k < OB_COUNT(list); k++) {
        ob_json_key(j, list[k]);
        ob_json_begin_array(j);
        for (int i = 0; i < 20; i++)
            ob_json_number(j, k == 0   ? 1 + 10 * i
                              : k == 4 ? 0.95 - 0.01 * (i < 5 ? i : 5)
                                       : 0.01 * (i < 5 ? i : (19 - i) / 2.8));
        ob_json_end_array(j);
    }
    ob_json_end_object(j);
}

static void answer_check(struct fake_feed *f)
{
    struct ob_buf text = { 0 };
    struct ob_json j = { .out = &text };
    struct ob_err err;
    bool ok = !strstr(f->asked, "broken");
    ok = ok && (!strstr(f->asked, "kind = quadratic") || strstr(f->asked, "20 8 8 4"));
    const char *known = ok ? special(f->asked) : NULL;
    if (known) {
        ob_check_finish(&f->base.checked);
        OB_REQUIRE(ob_check_read(&f->base.checked, known, strlen(known), &err));
        return;
    }
    ob_json_begin_object(&j);
    ob_json_key(&j, "ok");
    ob_json_bool(&j, ok);
    ob_json_key(&j, "problems");
    ob_json_begin_array(&j);
    if (!ok) {
        const char *const member[] = { "file", "section", "key", "text" };
        bool below = strstr(f->asked, "broken below") != NULL;
        const char *const value[] = { below ? "some/below.ini" : f->asked_path,
                                      below ? "" : "optimizer", below ? "" : "lr",
                                      "'broken' is not a number" };
        ob_json_begin_object(&j);
        for (size_t i = 0; i < OB_COUNT(member); i++) {
            ob_json_key(&j, member[i]);
            ob_json_string(&j, value[i]);
        }
        ob_json_key(&j, "line");
        ob_json_integer(&j, line_of(f->asked, "broken"));
        ob_json_end_object(&j);
    }
    ob_json_end_array(&j);
    ob_json_key(&j, "rows");
    ob_json_integer(&j, 49);
    ob_json_key(&j, "features");
    ob_json_integer(&j, 1);
    ob_json_key(&j, "parameters");
    ob_json_integer(&j, 2);
    if (ok) {
        bool here = !strstr(f->asked, "cuda:1");
        ob_json_key(&j, "device");
        ob_json_string(&j, here ? "cpu (49x2 is too small for a GPU)"
                                : "cuda:1, which is not here: no \x1b[2J driver");
        ob_json_key(&j, "device_here");
        ob_json_bool(&j, here);
    }
    ob_json_key(&j, "resolved");
    ob_json_string(&j, ok ? f->asked : NULL);
    if (strstr(f->asked, "[sweep]")) {
        ob_json_key(&j, "sweep");
        ob_json_begin_object(&j);
        ob_json_key(&j, "cells");
        ob_json_integer(&j, 2);
        ob_json_end_object(&j);
    }
    if (ok)
        add_schedule(&j);
    ob_json_end_object(&j);
    ob_check_finish(&f->base.checked);
    OB_REQUIRE(ob_check_read(&f->base.checked, ob_buf_text(&text), text.len, &err));
    ob_buf_finish(&text);
}

void fake_data_view(struct ob_data_view *v, bool hostile, bool faulty)
{
    const char *json = faulty ? faulty_table : table;
    struct ob_err err;
    OB_REQUIRE(ob_data_view_read(v, json, strlen(json), &err));
    if (!hostile)
        return;
    struct ob_buf label = { 0 };
    ob_text_safe(&label, evil, strlen(evil));
    replace(&v->column[0].name, evil);
    replace(&v->column[0].label, ob_buf_text(&label));
    ob_buf_finish(&label);
}

unsigned fake_poll_jobs(struct fake_feed *f)
{
    unsigned bits = 0;
    if (f->hold)
        return 0;
    if (f->check_waits) {
        answer_check(f);
        bits |= OB_FEED_CHECKED;
    }
    if (f->look_waits) {
        ob_data_view_finish(&f->base.data);
        fake_data_view(&f->base.data, f->hostile, strstr(f->looked_at, "faulty.csv"));
        bits |= OB_FEED_DATA;
    }
    f->check_waits = f->look_waits = false;
    return bits;
}

bool fake_browse(struct ob_feed *base, const char *folder, struct ob_browse *out,
                 struct ob_err *err)
{
    const struct fake_feed *f = (const struct fake_feed *)base;
    const char *path = *folder ? folder : "/work";
    const char *name = ob_path_base(path);
    *out = (struct ob_browse){ 0 };
    if (strcmp(name, "locked") == 0)
        return ob_fail(err, OB_EIO, "%s: Permission denied", path);
    if (strstr(name, ".csv") || strstr(name, ".md"))
        return ob_fail(err, OB_EIO, "%s: Not a directory", path);
    out->path = ob_xstrdup(path);
    if (strcmp(name, "data") == 0) {
        ob_browse_add(out, "people.csv", false, 1046);
        ob_browse_add(out, "faulty.csv", false, 977);
        ob_browse_add(out, "README.md", false, 5120);
        ob_browse_add(out, ".hidden.csv", false, 1);
    } else if (strcmp(name, "work") == 0) {
        ob_browse_add(out, "notes.md", false, 48);
        ob_browse_add(out, "locked", true, -1);
        ob_browse_add(out, "data", true, -1);
        ob_browse_add(out, "prices of houses, 2026.csv", false, 12345678);
        if (f->hostile)
            ob_browse_add(out, evil, false, 3);
    }
    ob_browse_sort(out);
    return true;
}

void fake_finish_jobs(struct fake_feed *f)
{
    free(f->asked);
    free(f->asked_path);
    free(f->looked_at);
    ob_check_finish(&f->base.checked);
    ob_data_view_finish(&f->base.data);
    fake_finish_setup(f);
    f->asked = f->asked_path = f->looked_at = NULL;
}
