#include <config.h>

#include "draft.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/conf/ini.h"
#include "optbench/data/survey.h"

/* A line of a comment holds no more than this. */
enum { COMMENT_COLS = 86 };

/* "; text", broken at blanks; what the table brought in is made safe. */
static void add_comment(struct ob_buf *out, const char *text)
{
    struct ob_buf safe = { 0 };
    ob_text_safe(&safe, text, strlen(text));
    const char *rest = ob_buf_text(&safe);
    while (*rest) {
        size_t n = ob_text_clip(rest, COMMENT_COLS), cut = n;
        while (rest[n] && cut > 0 && rest[cut] != ' ')
            cut--;
        n = rest[n] && cut > 0 ? cut : n;
        ob_buf_addf(out, "; %.*s\n", (int)n, rest);
        rest += n;
        rest += strspn(rest, " ");
    }
    ob_buf_finish(&safe);
}

/* A path that means `table` when it stands in the file `to`. */
static void add_path(struct ob_buf *out, const char *table, const char *to)
{
    char *folder = ob_path_dir(to);
    bool here = strcmp(folder, ".") == 0;
    char *path = here ? ob_xstrdup(table) : ob_path_absolute(table);
    struct ob_buf text = { 0 };
    if (path[0] == '@') /* else it would be one of the shipped ones */
        ob_buf_adds(&text, "./");
    for (const char *c = path; *c; c++)
        ob_buf_addf(&text, *c == '$' ? "$%c" : "%c", *c);
    ob_ini_quote(ob_buf_text(&text), out);
    ob_buf_finish(&text);
    free(path);
    free(folder);
}

/* One word of a list. */
static void add_word(struct ob_buf *out, const char *word)
{
    bool plain = *word && !strpbrk(word, " \t,\";#");
    ob_buf_adds(out, plain ? "" : "\"");
    for (const char *c = word; *c; c++)
        ob_buf_addf(out, *c == '"' ? "\"%c" : "%c", *c);
    ob_buf_adds(out, plain ? "" : "\"");
}

static void add_features(struct ob_buf *out, const struct ob_survey *s)
{
    const struct ob_proposal *p = &s->proposal;
    ob_buf_adds(out, "features  = ");
    if (p->all)
        ob_buf_addc(out, '*');
    for (size_t i = 0; i < p->features && !p->all; i++) {
        ob_buf_adds(out, i ? ", " : "");
        add_word(out, s->column[p->feature[i]].name);
    }
    ob_buf_adds(out, p->all ? "               ; all but the target\n" : "\n");
}

static void add_data(struct ob_buf *out, const struct ob_survey *s, const char *table,
                     const char *to)
{
    const struct ob_proposal *p = &s->proposal;
    char byte[2];
    ob_buf_adds(out, "[data]\nsource    = csv\npath      = ");
    add_path(out, table, to);
    ob_buf_addc(out, '\n');
    if (s->delimiter != ',')
        ob_buf_addf(out, "delimiter = %s\n", ob_csv_delimiter_word(s->delimiter, byte));
    if (s->decimal == ',')
        ob_buf_adds(out, "decimal   = comma\n");
    add_features(out, s);
    ob_buf_adds(out, "target    = ");
    ob_ini_quote(p->target, out);
    ob_buf_addf(out,
                "\nscale     = %-8s        ; (value - mean) / deviation: rates mean "
                "the same for all features\n",
                p->scale);
    if (strcmp(p->missing, "error") != 0)
        ob_buf_addf(out, "missing   = %-8s        ; rows without a value are left out\n",
                    p->missing);
}

static void add_optimizer(struct ob_buf *out, const struct ob_survey *s)
{
    bool classes = strcmp(s->proposal.model, "logistic") == 0;
    char text[OB_NUMBER_MAX];
    ob_number_write(text, s->proposal.lr);
    ob_buf_addf(out,
                "\n[model]\nkind = %-8s             ; %s\n\n"
                "[optimizer]                 ; others: adam, sgd, newton; see 'optbench "
                "explain optimizer'\nkind = gd\nlr   = %s\n\n"
                "[stop]\ntheta_delta = 1e-6          ; the parameters hardly move any "
                "more\nmax_steps   = 10000\n",
                s->proposal.model,
                classes ? "the probability of one of two classes"
                        : "a sum of weighted features and a constant",
                text);
}

static void add_title(struct ob_buf *out, const struct ob_survey *s)
{
    const struct ob_proposal *p = &s->proposal;
    struct ob_buf title = { 0 };
    ob_buf_addf(&title, "%s by ", p->target);
    for (size_t i = 0; i < p->features && i < 3; i++)
        ob_buf_addf(&title, "%s%s", i ? ", " : "", s->column[p->feature[i]].name);
    if (p->features > 3)
        ob_buf_addf(&title, " and %zu more", p->features - 3);
    ob_buf_adds(out, "\n[experiment]\ntitle = ");
    ob_ini_quote(ob_buf_text(&title), out);
    ob_buf_adds(out, "\n\n");
    ob_buf_finish(&title);
}

bool ob_draft_write(const char *table, const char *target, const char *to,
                    struct ob_buf *out, struct ob_diags *diags)
{
    struct ob_survey s = { 0 };
    struct ob_csv_input in = { .name = table };
    const struct ob_proposal *p = &s.proposal;
    struct ob_err err;
    bool ok = ob_survey_file(&in, target, &s, diags);
    if (ok && (!p->target || p->features == 0))
        ok = ob_diags_add(diags, OB_EDATA, table, 0, "%s", p->why);
    if (ok && !ob_ini_check_text(p->target, strlen(p->target), &err))
        ok = ob_diags_add(diags, OB_EDATA, table, 1,
                          "the name of a column that no config can hold: %s", err.text);
    if (ok) {
        add_comment(out, "Made by 'optbench new --data': a first try, to be changed.");
        add_comment(out, p->why);
        add_title(out, &s);
        add_data(out, &s, table, to);
        add_optimizer(out, &s);
    }
    ob_survey_finish(&s);
    return ok;
}
