/* Sections that an experiment may have several of: what can be added to this one. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_priv.h"
#include "optbench/base/text.h"
#include "optbench/conf/ini.h"

/* The tensors of weights and of biases of a kind of model, as a pattern matches them. */
static const struct {
    const char *kind, *weights, *biases;
} tensors[] = {
    { "linear", "w", "bias" },
    { "logistic", "w", "bias" },
    { "softmax", "weight", "bias" },
    { "mlp", "*.weight", "*.bias" },
};

static bool has_section(const struct ob_buf *text, const char *section)
{
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    bool found;
    ob_ini_parse("", ob_buf_text(text), text->len, &ini, &diags);
    found = ob_form_has_header(&ini, section);
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
    return found;
}

/* What is there needs no proposal; nor does what has no room. */
static void propose(const struct ob_form *f, const struct ob_form_addition *a,
                    struct ob_form_addition *out, size_t most, size_t *n)
{
    if (*n < most && !has_section(&f->now.text, a->section) &&
        !has_section(&f->now.under, a->section))
        out[(*n)++] = *a;
}

/* Words of a list as a person types it. */
static size_t count_words(const char *list)
{
    static const char between[] = " ,\t";
    size_t n = 0;
    for (list += strspn(list, between); *list; list += strspn(list, between), n++)
        list += strcspn(list, between);
    return n;
}

static bool has_word(const char *list, const char *word)
{
    static const char between[] = " ,\t";
    size_t n = strlen(word);
    for (list += strspn(list, between); *list; list += strspn(list, between)) {
        size_t k = strcspn(list, between);
        if (k == n && strncmp(list, word, n) == 0)
            return true;
        list += k;
    }
    return false;
}

static void propose_layers(const struct ob_form *f, struct ob_form_addition *out,
                           size_t most, size_t *n)
{
    const char *hidden = ob_form_value(f, "model", "hidden");
    size_t row = ob_form_find(f, "model", "hidden"), layers;
    if (row >= f->rows || !ob_schema_section("layer"))
        return;
    layers = hidden ? count_words(hidden) : 0;
    for (size_t i = 1; i <= layers + 1; i++) {
        struct ob_form_addition a = { .key = NULL };
        if (i > layers)
            snprintf(a.section, sizeof a.section, "layer.output");
        else
            snprintf(a.section, sizeof a.section, "layer.linear%zu", i);
        snprintf(a.about, sizeof a.about,
                 i > layers ? "what comes out: its bias, its start"
                            : "hidden layer %zu: its activation, bias, start, dropout",
                 i);
        propose(f, &a, out, most, n);
    }
}

static void propose_groups(const struct ob_form *f, struct ob_form_addition *out,
                           size_t most, size_t *n)
{
    const struct ob_kind *k = ob_form_chosen(f, "model");
    for (size_t i = 0; k && i < OB_COUNT(tensors); i++) {
        if (strcmp(tensors[i].kind, k->name) != 0)
            continue;
        struct ob_form_addition weights = {
            .section = "group.weights",
            .key = "match",
            .value = tensors[i].weights,
            .about = "the weights: weight_decay for them alone, say, or a rate of their "
                     "own",
        };
        struct ob_form_addition biases = {
            .section = "group.biases",
            .key = "match",
            .value = tensors[i].biases,
            .about = "the biases: a rate of their own, or none",
        };
        propose(f, &weights, out, most, n);
        propose(f, &biases, out, most, n);
    }
}

/* What stands around the rule of the optimizer, switched on by what is usual. */
static void propose_wrappers(const struct ob_form *f, struct ob_form_addition *out,
                             size_t most, size_t *n)
{
    static const struct ob_form_addition wrapper[] = {
        { "clip", "max_norm", "1", "gradients no longer than this" },
        { "average", "kind", "ema",
          "a mean of the parameters on the way (ema, swa), measured beside them" },
        { "lookahead", "k", "5", "slow weights that follow the optimizer's" },
        { "sam", "rho", "0.05", "gradients a little uphill, for flat minima" },
    };
    for (size_t i = 0; i < OB_COUNT(wrapper); i++)
        if (ob_schema_section(wrapper[i].section))
            propose(f, &wrapper[i], out, most, n);
}

/* The parts of a schedule that has parts. */
static void propose_phases(const struct ob_form *f, struct ob_form_addition *out,
                           size_t most, size_t *n)
{
    static const struct ob_form_addition phase[] = {
        { "phase.begin", "kind", "linear", "the first part of the schedule: a warm-up" },
        { "phase.main", "kind", "cosine", "what follows: any other schedule" },
    };
    const struct ob_kind *k = ob_form_chosen(f, "schedule");
    bool parts =
        k && (strcmp(k->name, "sequential") == 0 || strcmp(k->name, "chained") == 0);
    for (size_t i = 0; parts && i < OB_COUNT(phase); i++)
        propose(f, &phase[i], out, most, n);
}

/* Many runs of the experiment; in a sweep over optimizers, spaces of their own. */
static void propose_sweep(const struct ob_form *f, struct ob_form_addition *out,
                          size_t most, size_t *n)
{
    static const struct ob_form_addition sweep = {
        .section = "sweep",
        .key = "optimizer.lr",
        .value = "log 1e-3 .. 1 x 7",
        .about =
            "many runs of it: learning rates to begin with, v on a key adds that one",
    };
    const struct ob_section *optimizer = ob_schema_section("optimizer");
    const char *kinds = ob_form_value(f, "sweep", "optimizer.kind");
    propose(f, &sweep, out, most, n);
    for (size_t i = 0; kinds && i < optimizer->family->kinds; i++) {
        const char *name = optimizer->family->kind[i].name;
        struct ob_form_addition a = { .key = "lr", .value = "log 1e-4 .. 1" };
        if (!has_word(kinds, name))
            continue;
        snprintf(a.section, sizeof a.section, "tune.%s", name);
        snprintf(a.about, sizeof a.about, "what the sweep tries with %s alone", name);
        propose(f, &a, out, most, n);
    }
}

size_t ob_form_additions(const struct ob_form *f, struct ob_form_addition *out,
                         size_t most)
{
    size_t n = 0;
    propose_phases(f, out, most, &n);
    propose_groups(f, out, most, &n);
    propose_layers(f, out, most, &n);
    propose_wrappers(f, out, most, &n);
    if (ob_schema_section("sweep"))
        propose_sweep(f, out, most, &n);
    return n;
}

size_t ob_form_add(struct ob_form *f, const struct ob_form_addition *a)
{
    if (a->key) {
        ob_form_put(f, a->section, a->key, a->value);
    } else {
        bool ended = f->now.text.len == 0 ||
                     ob_buf_text(&f->now.text)[f->now.text.len - 1] == '\n';
        ob_buf_addf(&f->now.text, "%s\n[%s]\n", ended ? "" : "\n", a->section);
    }
    f->note[0] = '\0';
    ob_form_changed(f);
    size_t i = 0;
    while (i < f->rows && (!f->row[i].param || strcmp(f->row[i].where, a->section) != 0))
        i++;
    return i;
}
