#include "network.h"
#include "optbench/model/init_rule.h"

/* The rule of a layer's weights: its own, else that of [model], else nn.Linear's. */
static bool weight_rule(const struct net_layer *layer, const struct ob_model_opts *opts,
                        struct ob_init_rule *rule, struct ob_err *err)
{
    if (!ob_init_rule_read("init", &layer->opts.init, rule, err))
        return ob_fail_at(err, "layer.%s", layer->name);
    if (rule->kind == OB_INIT_AUTO && !ob_init_rule_read("init", &opts->init, rule, err))
        return false;
    if (rule->kind == OB_INIT_AUTO)
        rule->kind = OB_INIT_TORCH;
    return true;
}

static bool bias_rule(const struct net_layer *layer, const struct ob_init_rule *weight,
                      struct ob_init_rule *rule, struct ob_err *err)
{
    if (!ob_init_rule_read("bias_init", &layer->opts.bias_init, rule, err))
        return ob_fail_at(err, "layer.%s", layer->name);
    if (rule->kind == OB_INIT_AUTO)
        *rule = *weight;
    return true;
}

bool net_init(const struct ob_problem *p, const struct ob_model_opts *opts,
              struct ob_draw *draw, double *theta, struct ob_err *err)
{
    const struct network *net = p->state;
    for (size_t l = 0; l < net->layers; l++) {
        const struct net_layer *layer = &net->layer[l];
        struct ob_init_tensor tensor = { .size = layer->out * layer->in,
                                         .fan_in = layer->in,
                                         .fan_out = layer->out };
        struct ob_init_rule weight, bias;
        if (!weight_rule(layer, opts, &weight, err) ||
            !bias_rule(layer, &weight, &bias, err))
            return false;
        ob_init_fill(&weight, &tensor, draw, theta + layer->weight);
        tensor.size = layer->out;
        tensor.bias = true;
        if (layer->bias)
            ob_init_fill(&bias, &tensor, draw, theta + layer->bias_at);
    }
    return true;
}
