/*
 * Products with the Hessian of one block: both passes, and beside each quantity its
 * derivative along v (Pearlmutter 1994, section 4; his R{.} is `along` here).
 */
#include "network.h"

/* Behind net_forward(): the derivative of everything that it computed. */
static void forward(const struct net_task *t, const void *v)
{
    const struct network *net = t->net;
    const struct net_room *room = t->room;
    for (size_t l = 0; l < net->layers; l++) {
        const struct net_layer *layer = &net->layer[l];
        const void *vw = net_at(t, v, layer->weight);
        struct ob_block b = net_shape(t, l);
        struct ob_dropout d = net_dropout(t, l);
        if (l == 0) {
            net_times_input(t, vw, room->along[0]);
        } else {
            net_times(t, l, vw, room->out[l - 1], false, room->along[l]);
            net_times(t, l, net_at(t, t->theta, layer->weight), room->out_along[l - 1],
                      true, room->along[l]);
        }
        ob_layer_forward_along(t->pool, &b, layer->activation, room->kept[l],
                               layer->bias ? net_at(t, v, layer->bias_at) : NULL,
                               room->along[l], room->out_along[l]);
        if (net_drops(t, l))
            ob_layer_dropout(t->pool, &b, &d, room->out_along[l], room->out_along[l]);
    }
}

/* The gradient by what layer l hands on, and its derivative, become those by its sums. */
static void deactivate(const struct net_task *t, size_t l, void *g, void *rg)
{
    const struct net_layer *layer = &t->net->layer[l];
    struct ob_block b = net_shape(t, l);
    struct ob_dropout d = net_dropout(t, l);
    if (net_drops(t, l)) {
        ob_layer_dropout(t->pool, &b, &d, g, g);
        ob_layer_dropout(t->pool, &b, &d, rg, rg);
    }
    if (layer->activation != OB_ACT_IDENTITY)
        ob_layer_backward_along(t->pool, &b, layer->activation, t->room->kept[l],
                                t->room->along[l], g, rg);
}

/* The entries of `out` that belong to layer l. */
static void products(const struct net_task *t, size_t l, const void *g, const void *rg,
                     bool add, void *out)
{
    const struct net_layer *layer = &t->net->layer[l];
    const struct net_room *room = t->room;
    const size_t size = ob_dtype_size(t->p->dtype);
    void *w = (char *)out + layer->weight * size;
    if (layer->bias)
        net_bias_gradient(t, l, rg, add, (char *)out + layer->bias_at * size);
    if (l == 0) {
        net_input_gradient(t, rg, add, w);
    } else {
        net_weight_gradient(t, l, rg, room->out[l - 1], add, w);
        net_weight_gradient(t, l, g, room->out_along[l - 1], true, w);
    }
}

void net_along(const struct net_task *t, const void *v, bool add, void *out)
{
    const struct network *net = t->net;
    const size_t last = net->layers - 1;
    struct ob_block b = net_shape(t, last);
    struct ob_block_target target = net_task_target(t);
    struct ob_block_sums sums;
    void *g = net_forward(t), *rg = t->room->out_along[last];
    forward(t, v);
    ob_block_loss_along(t->pool, &b, &target, t->scale, g, rg);
    ob_block_loss(t->pool, &b, &target, t->scale, true, g, &sums);
    deactivate(t, last, g, rg);
    for (size_t l = last; l < net->layers; l--) {
        const struct net_layer *layer = &net->layer[l];
        const void *w = net_at(t, t->theta, layer->weight);
        void *below = t->room->g[l % 2], *along_below = t->room->rg[l % 2];
        products(t, l, g, rg, add, out);
        if (l == 0)
            return;
        net_times_transposed(t, l, w, g, false, below);
        net_times_transposed(t, l, net_at(t, v, layer->weight), g, false, along_below);
        net_times_transposed(t, l, w, rg, true, along_below);
        deactivate(t, l - 1, below, along_below);
        g = below;
        rg = along_below;
    }
}

/* J v by the pass along v, the second derivatives of the loss, and back as a gradient
 * goes: J' (d2 loss / dz2) J v (Schraudolph, "Fast curvature matrix-vector products for
 * second-order gradient descent", 2002, section 3). */
void net_gauss_along(const struct net_task *t, const void *v, bool add, void *out)
{
    const size_t last = t->net->layers - 1;
    struct ob_block b = net_shape(t, last);
    struct ob_block_target target = net_task_target(t);
    void *z = net_forward(t), *rz = t->room->out_along[last];
    forward(t, v);
    ob_block_loss_along(t->pool, &b, &target, t->scale, z, rz);
    net_pull_back(t, rz, add, out);
}
