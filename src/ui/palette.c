#include "optbench/ui/palette.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/suggest.h"

/* Commands with words behind them; app_command.c carries them out. */
static const struct {
    const char *word, *usage, *help, *text;
} command[] = {
    { "set", "set KEY VALUE", "change a live parameter of the run",
      "set lr 0.01 changes the learning rate between two steps." },
    { "pace", "pace N", "steps a second: a number, full or auto",
      "pace 20, pace full, pace auto" },
    { "step", "step N", "so many steps, then wait", "step 100" },
    { "goto", "goto STEP", "the cursor on the row of a step", "goto 1500" },
    { "open", "open RUN", "open a run by its name or folder",
      "open heights-12ab34cd, or any part of one name." },
    { "run", "run FILE", "run an experiment by its name or file", "run heights.ini" },
    { "q", "q", "back; from the first screen: leave, runs go on", NULL },
};

struct entries {
    struct ob_picker_entry entry[OB_REQUESTS + OB_COUNT(command)];
    enum ob_request request[OB_REQUESTS + OB_COUNT(command)]; /* NONE = a command */
    char text[OB_REQUESTS][64];
    struct ob_picker_list list;
};

/* The command that the text begins with, and whether words follow. */
static int command_of(const char *text, bool *words)
{
    text += strspn(text, " ");
    size_t n = strcspn(text, " ");
    *words = text[n] == ' ';
    for (size_t i = 0; i < OB_COUNT(command); i++)
        if (strlen(command[i].word) == n && strncmp(command[i].word, text, n) == 0)
            return (int)i;
    return -1;
}

/* Requests by where they belong: to what has the keys now, to what lies below it, to
 * every screen. */
enum level { HERE, BELOW, EVERYWHERE };

static enum level level_of(const struct ob_request_info *info, enum ob_scope now)
{
    return info->scope == OB_SCOPE_ALL ? EVERYWHERE : info->scope == now ? HERE : BELOW;
}

static void add_requests(struct entries *e, enum level level, enum ob_scope now)
{
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *info = ob_request_info((enum ob_request)i);
        uint32_t key = ob_key_parse(info->keys, strcspn(info->keys, " "));
        /* A key that means something else here names another request. */
        if (level_of(info, now) != level || ob_request_of(now, key) != info->id ||
            info->id == OB_REQUEST_COMMAND)
            continue;
        size_t n = e->list.n++;
        snprintf(e->text[i], sizeof e->text[i], "Keys: %s", info->keys);
        e->entry[n] = (struct ob_picker_entry){ .name = info->keys,
                                                .summary = info->help,
                                                .text = e->text[i] };
        e->request[n] = info->id;
    }
}

static void collect(struct entries *e, const struct ob_palette *p, enum ob_scope scope)
{
    const char *typed = p->picker.filter.text;
    bool words;
    int at = command_of(typed, &words);
    memset(e, 0, sizeof *e);
    e->list.title = "what to do";
    e->list.entry = e->entry;
    add_requests(e, HERE, scope);
    add_requests(e, BELOW, scope);
    for (size_t i = 0; i < OB_COUNT(command); i++)
        e->entry[e->list.n++] = (struct ob_picker_entry){
            .name = command[i].usage,
            .summary = command[i].help,
            .text = command[i].text,
            /* With its words it is still found. */
            .title = words && at == (int)i ? typed : NULL,
        };
    add_requests(e, EVERYWHERE, scope);
}

void ob_palette_open(struct ob_palette *p)
{
    ob_picker_open(&p->picker);
}

static const char *nearest(const char *typed)
{
    char word[OB_LINEEDIT_MAX + 1];
    struct ob_suggest s;
    typed += strspn(typed, " ");
    snprintf(word, sizeof word, "%.*s", (int)strcspn(typed, " "), typed);
    ob_suggest_init(&s, word);
    for (size_t i = 0; i < OB_COUNT(command); i++)
        ob_suggest_offer(&s, command[i].word);
    return s.best;
}

static enum ob_palette_did enter(struct ob_palette *p, const struct entries *e,
                                 struct ob_palette_choice *choice)
{
    bool words;
    const char *typed = p->picker.filter.text;
    int at = command_of(typed, &words);
    size_t chosen = ob_picker_selected(&p->picker, &e->list);
    snprintf(choice->typed, sizeof choice->typed, "%s", typed);
    if (at >= 0 && (words || !strchr(command[at].usage, ' '))) {
        p->picker.filter.open = false;
        return OB_PALETTE_COMMAND;
    }
    if (chosen == e->list.n) {
        choice->meant = nearest(typed);
        return OB_PALETTE_UNKNOWN;
    }
    choice->request = e->request[chosen];
    p->picker.filter.open = false;
    if (choice->request != OB_REQUEST_NONE)
        return OB_PALETTE_REQUEST;
    /* A command, or one that waits for its words. */
    const char *usage = e->entry[chosen].name;
    bool waits = strchr(usage, ' ') != NULL;
    snprintf(choice->typed, sizeof choice->typed, "%.*s%s", (int)strcspn(usage, " "),
             usage, waits ? " " : "");
    if (!waits)
        return OB_PALETTE_COMMAND;
    ob_lineedit_open(&p->picker.filter, choice->typed);
    p->picker.at = 0;
    return OB_PALETTE_NOTHING;
}

enum ob_palette_did ob_palette_key(struct ob_palette *p, enum ob_scope scope,
                                   uint32_t key, struct ob_palette_choice *choice)
{
    struct entries e;
    size_t chosen;
    memset(choice, 0, sizeof *choice);
    collect(&e, p, scope);
    if (key >= OB_KEY_PICK)
        p->picker.at = key - OB_KEY_PICK;
    if (key == OB_KEY_ENTER || key >= OB_KEY_PICK)
        return enter(p, &e, choice);
    ob_picker_key(&p->picker, &e.list, key, &chosen);
    return OB_PALETTE_NOTHING;
}

void ob_palette_draw(const struct ob_palette *p, enum ob_scope scope, enum ob_glyphs tier,
                     struct ob_canvas *c)
{
    struct entries e;
    if (!p->picker.filter.open)
        return;
    collect(&e, p, scope);
    ob_picker_draw(&p->picker, &e.list, tier, c);
}
