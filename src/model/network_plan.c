#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"
#include "optbench/base/mem.h"

void net_layer_name(size_t i, size_t layers, char name[static OB_LAYER_NAME_MAX])
{
    if (i + 1 == layers)
        snprintf(name, OB_LAYER_NAME_MAX, "output");
    else
        snprintf(name, OB_LAYER_NAME_MAX, "linear%zu", i + 1);
}

static const struct ob_layer_opts *exception(const struct ob_problem *p, const char *name)
{
    for (size_t i = 0; i < p->common->layers; i++)
        if (strcmp(p->common->layer[i].name, name) == 0)
            return &p->common->layer[i].opts;
    return NULL;
}

/* What [layer.NAME] says in place of the setup. */
static void except(const struct ob_problem *p, struct net_layer *layer)
{
    const struct ob_layer_opts *o = exception(p, layer->name);
    if (!o) {
        ob_params_reset(ob_layer_params, &layer->opts);
        return;
    }
    ob_params_copy(ob_layer_params, &layer->opts, o);
    if (o->activation)
        layer->activation = (enum ob_activation)(o->activation - 1);
    if (o->bias != OB_LAYER_BIAS_AUTO)
        layer->bias = o->bias == OB_LAYER_BIAS_YES;
    if (o->dropout.n)
        layer->dropout = o->dropout.item[0];
}

static bool too_large(const struct net_layer *layer, struct ob_err *err)
{
    return ob_fail(err, OB_ENOMEM,
                   "out of memory: layer '%s' has %zu units of %zu weights each",
                   layer->name, layer->out, layer->in);
}

/* What is kept for the derivative and what goes on are one array where nothing makes
 * them differ: a mask, or the gradient that replaces the scores. */
static bool needs_two(const struct net_layer *layer, bool last)
{
    bool shared = layer->activation == OB_ACT_IDENTITY ||
                  ob_activation_keeps_output(layer->activation);
    return !shared || layer->dropout > 0 ||
           (last && layer->activation != OB_ACT_IDENTITY);
}

static void add_tensors(struct ob_problem *p, struct net_layer *layer, bool prefix)
{
    char name[OB_TENSOR_NAME_MAX];
    const char *before = prefix ? layer->name : "", *dot = prefix ? "." : "";
    snprintf(name, sizeof name, "%s%sweight", before, dot);
    layer->tensor =
        ob_layout_add(&p->layout, name, 2, (const size_t[]){ layer->out, layer->in });
    layer->weight = p->layout.tensor[layer->tensor].offset;
    ob_problem_penalise(p, layer->weight, layer->out * layer->in);
    if (!layer->bias)
        return;
    snprintf(name, sizeof name, "%s%sbias", before, dot);
    size_t at = ob_layout_add(&p->layout, name, 1, &layer->out);
    layer->bias_at = p->layout.tensor[at].offset;
}

static bool add_layer(struct ob_problem *p, const struct net_setup *setup, size_t i,
                      struct ob_err *err)
{
    struct network *net = p->state;
    struct net_layer *layer = &net->layer[i];
    const bool last = i + 1 == net->layers;
    size_t elements, all;
    layer->in = i ? net->layer[i - 1].out : net->features;
    layer->out = last ? net->outputs : setup->hidden[i];
    layer->activation = last ? OB_ACT_IDENTITY : setup->activation[i];
    layer->dropout = last ? 0 : setup->dropout[i];
    layer->bias = setup->bias[i];
    net_layer_name(i, net->layers, layer->name);
    except(p, layer);
    if (last && layer->dropout > 0)
        return ob_fail(err, OB_ECONFIG,
                       "layer.%s: dropout: nothing stands behind the "
                       "output that could do without it",
                       layer->name);
    if (__builtin_mul_overflow(layer->in, layer->out, &elements) ||
        __builtin_add_overflow(p->layout.n, elements + layer->out, &all) ||
        all > SIZE_MAX / 64)
        return too_large(layer, err);
    layer->apart = needs_two(layer, last);
    net->narrow = net->narrow && elements <= OB_MATH_AUTO_ELEMENTS;
    net->widest = layer->out > net->widest ? layer->out : net->widest;
    p->random = p->random || layer->dropout > 0;
    add_tensors(p, layer, setup->prefix);
    return true;
}

bool net_plan(struct ob_problem *p, const struct net_setup *setup, struct ob_err *err)
{
    struct network *net = p->state;
    net->layers = setup->layers;
    net->layer = ob_xcalloc(net->layers, sizeof *net->layer);
    net->narrow = true;
    for (size_t i = 0; i < net->layers; i++)
        if (!add_layer(p, setup, i, err))
            return false;
    if (p->common->math == OB_MATH_AUTO && !net->narrow)
        p->math = OB_MATH_BLAS;
    return true;
}
