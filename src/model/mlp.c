/* Multilayer perceptrons: hidden layers, each a weighted sum through an activation, and
 * an output layer. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"
#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"

static const char *const losses[] = {
    [OB_BLOCK_CROSS_ENTROPY] = "cross_entropy",
    [OB_BLOCK_BCE_LOGITS] = "bce_logits",
    [OB_BLOCK_MSE] = "mse",
    [OB_BLOCK_HALF_MSE] = "half_mse",
    [OB_BLOCK_HUBER] = "huber",
    NULL,
};

struct opts {
    struct ob_reals hidden;
    struct ob_texts activation, bias;
    struct ob_reals dropout;
    int loss;
    double label_smoothing, huber_delta;
};

static const struct ob_param params[] = {
    OB_REALS(struct opts, hidden, .fallback_text = "16", .min = 1, .max = NET_UNITS,
             .unit = "units",
             .help = "units of each hidden layer, from the input on; none: the output "
                     "alone"),
    OB_TEXTS(struct opts, activation, .fallback_text = "relu",
             .help = "identity, relu, leaky_relu, elu, gelu, gelu_tanh, silu, sigmoid, "
                     "tanh or softplus; one for all hidden layers, or one for each"),
    OB_TEXTS(struct opts, bias, .fallback_text = "yes",
             .help = "yes or no, for all layers or one for each, the output last"),
    OB_REALS(struct opts, dropout, .min = 0, .max = 1, .below_max = true,
             .help = "share of a hidden layer's outputs that a step leaves out, for all "
                     "of them or one for each"),
    OB_CHOICE(struct opts, loss, .choices = losses,
              .help = "cross_entropy tells classes apart, bce_logits two of them; mse, "
                      "half_mse and huber compare numbers"),
    OB_REAL(struct opts, label_smoothing, .min = 0, .max = 1,
            .help = "of cross_entropy: share of the target that is spread evenly over "
                    "all classes"),
    OB_REAL(struct opts, huber_delta, .fallback = 1, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true,
            .help = "of huber: beyond this distance the loss grows linearly"),
    { 0 },
};

/* The options, layer by layer; everything is owned. */
struct reading {
    const struct opts *o;
    size_t layers;
    size_t *hidden;
    enum ob_activation *activation;
    double *dropout;
    bool *bias;
};

static void reading_finish(struct reading *r)
{
    free(r->hidden);
    free(r->activation);
    free(r->dropout);
    free(r->bias);
}

static bool wrong_count(const char *key, size_t n, size_t wanted, const char *of,
                        struct ob_err *err)
{
    return ob_fail(err, OB_ECONFIG, "%s: %zu values for %zu %s%s", key, n, wanted, of,
                   wanted == 1 ? "" : "s");
}

static bool read_hidden(struct reading *r, struct ob_err *err)
{
    if (r->layers > NET_LAYERS)
        return ob_fail(err, OB_ECONFIG, "hidden: %d layers are the most", NET_LAYERS - 1);
    for (size_t i = 0; i < r->o->hidden.n; i++) {
        double n = r->o->hidden.item[i];
        if (n != floor(n))
            return ob_fail(err, OB_ECONFIG, "hidden: %g is no number of units", n);
        r->hidden[i] = (size_t)n;
    }
    return true;
}

static bool find_activation(const char *word, enum ob_activation *out, struct ob_err *err)
{
    struct ob_suggest s;
    ob_suggest_init(&s, word);
    for (int i = 0; i < OB_ACTIVATIONS; i++) {
        *out = (enum ob_activation)i;
        if (strcmp(ob_activation_names[i], word) == 0)
            return true;
        ob_suggest_offer(&s, ob_activation_names[i]);
    }
    if (s.best)
        return ob_fail(err, OB_ECONFIG,
                       "activation: unknown activation '%s'; did you mean '%s'?", word,
                       s.best);
    return ob_fail(err, OB_ECONFIG, "activation: unknown activation '%s'", word);
}

static bool read_activation(struct reading *r, struct ob_err *err)
{
    const struct ob_texts *t = &r->o->activation;
    size_t hidden = r->layers - 1;
    if (t->n != 1 && t->n != hidden)
        return wrong_count("activation", t->n, hidden, "hidden layer", err);
    for (size_t i = 0; i < hidden; i++)
        if (!find_activation(t->item[t->n == 1 ? 0 : i], &r->activation[i], err))
            return false;
    enum ob_activation unused;
    return hidden > 0 || t->n == 0 || find_activation(t->item[0], &unused, err);
}

static bool read_bias(struct reading *r, struct ob_err *err)
{
    static const struct ob_param word = { .name = "bias", .kind = OB_PARAM_BOOLEAN };
    const struct ob_texts *t = &r->o->bias;
    if (t->n != 1 && t->n != r->layers)
        return wrong_count("bias", t->n, r->layers, "layer", err);
    for (size_t i = 0; i < r->layers; i++)
        if (!ob_param_set(&word, &r->bias[i], t->item[t->n == 1 ? 0 : i], err))
            return ob_fail_at(err, "bias");
    return true;
}

static bool read_dropout(struct reading *r, struct ob_err *err)
{
    const struct ob_reals *d = &r->o->dropout;
    size_t hidden = r->layers - 1;
    if (d->n > 1 && d->n != hidden)
        return wrong_count("dropout", d->n, hidden, "hidden layer", err);
    for (size_t i = 0; d->n && i < hidden; i++)
        r->dropout[i] = d->item[d->n == 1 ? 0 : i];
    return true;
}

static bool read(struct reading *r, const struct opts *o, struct ob_err *err)
{
    size_t n = o->hidden.n + 1;
    *r = (struct reading){ .o = o,
                           .layers = n,
                           .hidden = ob_xcalloc(n, sizeof *r->hidden),
                           .activation = ob_xcalloc(n, sizeof *r->activation),
                           .dropout = ob_xcalloc(n, sizeof *r->dropout),
                           .bias = ob_xcalloc(n, sizeof *r->bias) };
    if (o->label_smoothing > 0 && o->loss != OB_BLOCK_CROSS_ENTROPY)
        return ob_fail(err, OB_ECONFIG, "label_smoothing: %s has no classes to smooth",
                       losses[o->loss]);
    return read_hidden(r, err) && read_activation(r, err) && read_bias(r, err) &&
           read_dropout(r, err);
}

static bool check(const void *opts, struct ob_err *err)
{
    struct reading r;
    bool ok = read(&r, opts, err);
    reading_finish(&r);
    return ok;
}

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct reading r;
    bool ok = read(&r, o, err);
    const struct net_setup setup = { .prefix = true,
                                     .hidden = r.hidden,
                                     .activation = r.activation,
                                     .dropout = r.dropout,
                                     .bias = r.bias,
                                     .layers = r.layers,
                                     .loss = (enum ob_block_loss)o->loss,
                                     .smoothing = o->label_smoothing,
                                     .delta = o->huber_delta };
    ok = ok && net_start(p, d, &setup, err);
    reading_finish(&r);
    return ok;
}

static bool layer(const void *opts, size_t i, char name[static OB_LAYER_NAME_MAX])
{
    const struct opts *o = opts;
    if (i > o->hidden.n)
        return false;
    net_layer_name(i, o->hidden.n + 1, name);
    return true;
}

const struct ob_problem_type ob_problem_mlp = {
    .name = "mlp",
    .title = "Multilayer perceptron",
    .summary = "a network of layers, fitted by back-propagation",
    .reference = "Rumelhart, Hinton, Williams, Learning representations by "
                 "back-propagating errors, Nature 323, 1986",
    .needs = OB_PROBLEM_NEEDS_DATA | OB_PROBLEM_NEEDS_TARGET | OB_PROBLEM_NETWORK |
             OB_PROBLEM_TAKES_SPARSE,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct network),
    .params = params,
    .metrics = net_metrics,
    .usual = "accuracy",
    .start = start,
    .layer = layer,
    .check = check,
    NET_MEMBERS,
};
