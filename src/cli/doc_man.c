#include <config.h>

#include <stdio.h>
#include <string.h>

#include "docgen.h"
#include "formula_help.h"

#include "optbench/base/buf.h"
#include "optbench/cli/command.h"
#include "optbench/conf/schema.h"
#include "optbench/run/lookup.h"
#include "optbench/ui/request.h"

/* Text for a line of mdoc: backslashes spelled out, a leading dot or quote kept from
 * being a request, a dash kept a dash. */
static void put(const char *s)
{
    if (*s == '.' || *s == '\'')
        fputs("\\&", stdout);
    for (; *s; s++)
        if (*s == '\\')
            fputs("\\e", stdout);
        else if (*s == '-')
            fputs("\\-", stdout);
        else
            putchar(*s);
}

/* Words that are no requests of mdoc, however they look: An, In, ?. */
static void put_words(const char *s)
{
    fputs("\\&", stdout);
    for (const char *space; (space = strchr(s, ' ')); s = space + 1)
        printf("%.*s \\&", (int)(space - s), s);
    put(s);
}

static void sentence(const char *s)
{
    put(s);
    fputs(".\n", stdout);
}

/* A paragraph: its line breaks are the source's, not the page's; mdoc wants each sentence
 * to begin a line. */
static void paragraph(const char *s)
{
    struct ob_buf text = { 0 };
    for (; *s; s++) {
        bool ends = *s == '.' && (s[1] == ' ' || s[1] == '\n');
        ob_buf_addc(&text, *s == '\n' ? ' ' : *s);
        if (ends) {
            put(ob_buf_text(&text));
            putchar('\n');
            ob_buf_clear(&text);
            s++;
        }
    }
    put(ob_buf_text(&text));
    putchar('\n');
    ob_buf_finish(&text);
}

static void option(const struct ob_option *o)
{
    fputs(".It ", stdout);
    if (o->letter)
        printf("Fl %c , ", o->letter);
    printf("Fl -%s", o->name);
    if (o->argument)
        printf(" Ns = Ns Ar %s", o->argument);
    putchar('\n');
    sentence(o->help);
}

static void one_command(const struct ob_command_type *c)
{
    printf(".Ss optbench %s", c->name);
    if (c->operands[0])
        printf(" %s", c->operands);
    putchar('\n');
    printf("%c", c->summary[0] >= 'a' ? c->summary[0] - 'a' + 'A' : c->summary[0]);
    sentence(c->summary + 1);
    if (c->about) {
        puts(".Pp");
        paragraph(c->about);
    }
    if (!c->options || !c->options->name)
        return;
    puts(".Bl -tag -width 4n");
    for (const struct ob_option *o = c->options; o->name; o++)
        option(o);
    puts(".El");
}

void ob_doc_commands(void)
{
    for (const struct ob_command_type *const *c = ob_commands(); *c; c++) {
        one_command(*c);
        for (size_t i = 0; (*c)->verbs && (*c)->verbs[i]; i++)
            if (!(*c)->verbs[i]->hidden)
                one_command((*c)->verbs[i]);
    }
}

static void key(const struct ob_param *p, const char *inherits)
{
    struct ob_buf text = { 0 };
    printf(".It Ic %s\n", p->name);
    sentence(p->help);
    ob_param_allowed(p, &text);
    if (text.len) {
        fputs("Allowed: ", stdout);
        put(ob_buf_text(&text));
        fputs(".\n", stdout);
    }
    ob_buf_clear(&text);
    if (inherits)
        printf("Default: the value of\n.Ic %s .\n", inherits);
    else if (p->required)
        puts("It has no default.");
    else if (ob_param_write_default(p, &text) && text.len) {
        fputs("Default: ", stdout);
        put(ob_buf_text(&text));
        fputs(".\n", stdout);
    }
    if (p->live)
        puts("It may be changed while a run is under way.");
    ob_buf_finish(&text);
}

struct walk {
    const struct ob_section *section;
    const struct ob_kind *kind;
    bool in_list;
};

static void end_list(struct walk *w)
{
    if (w->in_list)
        puts(".El");
    w->in_list = false;
}

static void one_key(void *ctx, const struct ob_schema_key *k)
{
    struct walk *w = ctx;
    if (k->section != w->section) {
        end_list(w);
        printf(".Ss [%s%s]\n", k->section->name, k->section->repeats ? ".NAME" : "");
        sentence(k->section->help);
        w->section = k->section;
        w->kind = NULL;
    }
    if (k->kind != w->kind) {
        end_list(w);
        if (k->kind) {
            printf(".Pp\n%s =\n.Sy %s :\n", w->section->family->key->name, k->kind->name);
            sentence(k->kind->summary);
        }
        w->kind = k->kind;
    }
    if (!w->in_list)
        puts(".Bl -tag -width 4n");
    w->in_list = true;
    key(k->param, k->inherits);
}

void ob_doc_keys(void)
{
    struct walk w = { 0 };
    ob_schema_each(one_key, &w);
    end_list(&w);
}

static void formula_entry(const char *written, const char *help)
{
    fputs(".It Li ", stdout);
    put_words(written);
    putchar('\n');
    sentence(help);
}

static void formula_table(const char *title, const struct ob_formula_help *h)
{
    printf(".Ss %s\n.Bl -tag -width \"sum(i, 1, n, t)\"\n", title);
    for (; h->written; h++)
        formula_entry(h->written, h->help);
    puts(".El");
}

void ob_doc_formula(void)
{
    formula_table("Operators", ob_formula_help_operators);
    formula_table("Names", ob_formula_help_names);
    puts(".Ss Functions\n.Bl -tag -width \"sum(i, 1, n, t)\"");
    struct ob_buf call = { 0 };
    const char *help;
    for (size_t i = 0; ob_formula_help_function(i, &call, &help); i++) {
        formula_entry(ob_buf_text(&call), help);
        ob_buf_clear(&call);
    }
    ob_buf_finish(&call);
    puts(".El");
}

void ob_doc_facts(void)
{
    const struct ob_lookup_fact *f;
    puts(".Bl -tag -width \"theta_delta\" -compact");
    for (size_t i = 0; (f = ob_lookup_fact(i)) != NULL; i++) {
        fputs(".It Ic ", stdout);
        put_words(f->name);
        if (f->also)
            printf(" , %s", f->also);
        putchar('\n');
        sentence(f->about);
    }
    puts(".El");
}

/* The keys of the terminal, as its help shows them. */
static void screen_keys(enum ob_scope scope, const char *title)
{
    static const struct {
        enum ob_scope scope;
        const char *keys, *help;
    } table[] = {
#define X(id, scope, keys, hint, help) { scope, keys, help },
#include "optbench/ui/requests.def"
#undef X
    };
    fputs(".Ss ", stdout);
    put_words(title);
    puts("\n.Bl -tag -width \"PgDn Ctrl-F\" -compact");
    for (size_t i = 0; i < OB_COUNT(table); i++) {
        if (table[i].scope != scope)
            continue;
        fputs(".It ", stdout);
        put_words(table[i].keys);
        putchar('\n');
        sentence(table[i].help);
    }
    puts(".El");
}

void ob_doc_screen(void)
{
    screen_keys(OB_SCOPE_HOME, "Experiments and runs");
    screen_keys(OB_SCOPE_LIVE, "A run");
    screen_keys(OB_SCOPE_SETUP, "Setting up an experiment");
    screen_keys(OB_SCOPE_SURFACE, "The surface");
    screen_keys(OB_SCOPE_CURVATURE, "Curvature");
    screen_keys(OB_SCOPE_COMPARE, "Compare");
    screen_keys(OB_SCOPE_TENSOR, "An open tensor");
    screen_keys(OB_SCOPE_CLASSES, "Classes and what they are taken for");
    screen_keys(OB_SCOPE_KNOBS, "Live parameters");
    screen_keys(OB_SCOPE_EXPLAIN, "An explained step");
    screen_keys(OB_SCOPE_ALL, "Everywhere");
    screen_keys(OB_SCOPE_EDIT, "While typing");
    screen_keys(OB_SCOPE_HELP, "In the help");
}
