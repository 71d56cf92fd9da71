/* One block of rows forward and back. */
#include <string.h>

#include "network.h"

static bool in_place(enum ob_activation f)
{
    return f == OB_ACT_IDENTITY || ob_activation_keeps_output(f);
}

static void copy(const struct net_task *t, size_t layer, const void *from, void *to)
{
    size_t size = ob_dtype_size(t->p->dtype), units = t->net->layer[layer].out;
    for (size_t u = 0; u < units; u++)
        memcpy((char *)to + u * t->ld * size, (const char *)from + u * t->ld * size,
               t->rows.n * size);
}

/* From the sums of a layer to what goes on to the next. */
static void activate(const struct net_task *t, size_t l)
{
    const struct net_layer *layer = &t->net->layer[l];
    struct ob_block b = net_shape(t, l);
    void *z = t->room->kept[l], *h = t->room->out[l];
    void *direct = in_place(layer->activation) ? z : h;
    const void *bias = layer->bias ? net_at(t, t->theta, layer->bias_at) : NULL;
    if (layer->activation != OB_ACT_IDENTITY || bias)
        ob_layer_forward(t->pool, &b, layer->activation, bias, z, direct);
    if (net_drops(t, l)) {
        struct ob_dropout d = net_dropout(t, l);
        ob_layer_dropout(t->pool, &b, &d, direct, h);
    } else if (direct != h) {
        copy(t, l, direct, h);
    }
}

void *net_forward(const struct net_task *t)
{
    const struct network *net = t->net;
    for (size_t l = 0; l < net->layers; l++) {
        const void *w = net_at(t, t->theta, net->layer[l].weight);
        if (l == 0)
            net_times_input(t, w, t->room->kept[0]);
        else
            net_times(t, l, w, t->room->out[l - 1], false, t->room->kept[l]);
        activate(t, l);
    }
    return t->room->out[net->layers - 1];
}

/* g, the gradient by what layer l hands on, becomes that by its sums. */
static void deactivate(const struct net_task *t, size_t l, void *g)
{
    const struct net_layer *layer = &t->net->layer[l];
    struct ob_block b = net_shape(t, l);
    struct ob_dropout d = net_dropout(t, l);
    if (net_drops(t, l))
        ob_layer_dropout(t->pool, &b, &d, g, g);
    if (layer->activation != OB_ACT_IDENTITY)
        ob_layer_backward(t->pool, &b, layer->activation, t->room->kept[l], g);
}

void net_pull_back(const struct net_task *t, void *g, bool add, void *grad)
{
    const struct network *net = t->net;
    const size_t last = net->layers - 1, size = ob_dtype_size(t->p->dtype);
    deactivate(t, last, g);
    for (size_t l = last; l < net->layers; l--) {
        const struct net_layer *layer = &net->layer[l];
        void *dw = (char *)grad + layer->weight * size;
        if (layer->bias)
            net_bias_gradient(t, l, g, add, (char *)grad + layer->bias_at * size);
        if (l == 0) {
            net_input_gradient(t, g, add, dw);
            return;
        }
        net_weight_gradient(t, l, g, t->room->out[l - 1], add, dw);
        void *below = t->room->g[l % 2];
        net_times_transposed(t, l, net_at(t, t->theta, layer->weight), g, false, below);
        deactivate(t, l - 1, below);
        g = below;
    }
}

void net_backward(const struct net_task *t, bool add, void *grad,
                  struct ob_block_sums *sums)
{
    const size_t last = t->net->layers - 1;
    struct ob_block b = net_shape(t, last);
    struct ob_block_target target = net_task_target(t);
    ob_block_loss(t->pool, &b, &target, t->scale, true, t->room->out[last], sums);
    net_pull_back(t, t->room->out[last], add, grad);
}
