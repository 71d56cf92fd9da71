#include "network.h"

#include <stdlib.h>

#include "optbench/base/mem.h"

/* Elements that one unit of a block may take. */
static size_t unit_size(const struct ob_problem *p)
{
    size_t rows = p->rows < OB_CHUNK ? p->rows : OB_CHUNK;
    return ob_block_ld(p->dtype, rows);
}

/* Hands out pieces of one allocation. */
struct store {
    char *next;
    size_t unit; /* bytes */
};

static void *take(struct store *s, size_t units)
{
    void *piece = s->next;
    s->next += units * s->unit;
    return piece;
}

static bool allot(struct store *s, const struct ob_problem *p, size_t units,
                  void **memory, struct ob_err *err)
{
    s->unit = unit_size(p) * ob_dtype_size(p->dtype);
    *memory = ob_alloc(units, s->unit, err);
    s->next = *memory;
    return *memory != NULL;
}

static bool room_init(const struct ob_problem *p, struct net_room *room,
                      struct ob_err *err)
{
    const struct network *net = p->state;
    struct store store;
    size_t units = 2 * net->widest;
    for (size_t l = 0; l < net->layers; l++)
        units += net->layer[l].out * (net->layer[l].apart ? 2 : 1);
    room->kept = ob_xcalloc(net->layers, sizeof *room->kept);
    room->out = ob_xcalloc(net->layers, sizeof *room->out);
    room->sums = ob_alloc(net->widest, ob_dtype_size(p->dtype), err);
    if (!room->sums || !allot(&store, p, units, &room->memory, err))
        return false;
    for (size_t l = 0; l < net->layers; l++) {
        const struct net_layer *layer = &net->layer[l];
        room->kept[l] = take(&store, layer->out);
        room->out[l] = layer->apart ? take(&store, layer->out) : room->kept[l];
    }
    room->g[0] = take(&store, net->widest);
    room->g[1] = take(&store, net->widest);
    if (net->full.sparse.begin)
        room->wide = ob_alloc(net->layer[0].out * net->features, sizeof(double), err);
    return !net->full.sparse.begin || room->wide;
}

static bool room_along(const struct ob_problem *p, struct net_room *room,
                       struct ob_err *err)
{
    const struct network *net = p->state;
    struct store store;
    size_t units = 2 * net->widest;
    for (size_t l = 0; l < net->layers; l++)
        units += 2 * net->layer[l].out;
    if (!allot(&store, p, units, &room->memory_along, err))
        return false;
    room->along = ob_xcalloc(net->layers, sizeof *room->along);
    room->out_along = ob_xcalloc(net->layers, sizeof *room->out_along);
    for (size_t l = 0; l < net->layers; l++) {
        room->along[l] = take(&store, net->layer[l].out);
        room->out_along[l] = take(&store, net->layer[l].out);
    }
    room->rg[0] = take(&store, net->widest);
    room->rg[1] = take(&store, net->widest);
    return true;
}

/* As many rooms as keep the threads busy; how many there are changes no bit. */
static size_t rooms_for(const struct ob_problem *p)
{
    const struct network *net = p->state;
    size_t most = ob_pool_threads(p->pool), blocks = net_blocks(&net->full);
    most = most > 1 ? 2 * most : 1;
    most = most < NET_WAVE ? most : NET_WAVE;
    return !net->narrow ? 1 : blocks < most ? blocks : most;
}

bool net_rooms_init(struct ob_problem *p, struct ob_err *err)
{
    struct network *net = p->state;
    size_t blocks = net_blocks(&net->full);
    net->wave = blocks < NET_WAVE ? blocks : NET_WAVE;
    net->rooms = rooms_for(p);
    net->room = ob_xcalloc(net->rooms, sizeof *net->room);
    for (size_t i = 0; i < net->rooms; i++)
        if (!room_init(p, &net->room[i], err))
            return false;
    if (!net->narrow || blocks == 1)
        return true;
    net->partial =
        ob_alloc(net->wave + 1, (p->layout.n + 1) * ob_dtype_size(p->dtype), err);
    return net->partial != NULL;
}

bool net_rooms_along(struct ob_problem *p, struct ob_err *err)
{
    struct network *net = p->state;
    for (size_t i = 0; i < net->rooms; i++)
        if (!net->room[i].memory_along && !room_along(p, &net->room[i], err))
            return false;
    return true;
}

void net_rooms_finish(struct network *net)
{
    for (size_t i = 0; i < net->rooms; i++) {
        struct net_room *room = &net->room[i];
        free(room->memory);
        free(room->memory_along);
        free(room->kept);
        free(room->out);
        free(room->along);
        free(room->out_along);
        free(room->sums);
        free(room->wide);
    }
    free(net->room);
    free(net->partial);
    net->room = NULL;
    net->partial = NULL;
    net->rooms = 0;
}
