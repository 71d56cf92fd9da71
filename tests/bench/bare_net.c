#include <config.h>

#include "bare_net.h"

#include <string.h>

#define OB_REAL_BITS 32
#include "optbench/num/cpu.h"
#include "optbench/num/fmath.h"

#define INLINE static inline __attribute__((always_inline))

enum { LANES = BARE_LANES, FIRST = 20, SECOND = 13, THIRD = 8, CLASSES = 3 };
typedef int masks __attribute__((vector_size(64)));

/* The sums of `units` units over `inputs` inputs. */
INLINE void forward(const struct bare_net *n, int layer, int inputs, int units,
                    const bare_lanes *in, bare_lanes *out)
{
    for (int u = 0; u < units; u++) {
        bare_lanes sum = n->w[layer][u][inputs] + (bare_lanes){ 0 };
        for (int v = 0; v < inputs; v++)
            sum += n->w[layer][u][v] * in[v];
        out[u] = sum;
    }
}

/* x where y is positive, 0 elsewhere. */
INLINE void keep_positive(bare_lanes *x, const bare_lanes *y, int units)
{
    for (int u = 0; u < units; u++)
        x[u] = (bare_lanes)((masks)x[u] & (y[u] > 0));
}

INLINE void sigmoids(bare_lanes *x)
{
    float s[THIRD * LANES];
    memcpy(s, x, sizeof s);
    for (int i = 0; i < THIRD * LANES; i++)
        s[i] = ob_sigmoid_f32(s[i]);
    memcpy(x, s, sizeof s);
}

/* The sum of the losses; the scores become their slopes. */
INLINE float softmax(bare_lanes *z, const bare_lanes *label, float mean)
{
    float s[CLASSES][LANES], y[LANES], loss = 0;
    memcpy(s, z, sizeof s);
    memcpy(y, label, sizeof y);
    for (int i = 0; i < LANES; i++) {
        float a = s[0][i], b = s[1][i], c = s[2][i], on = y[i] >= 0 ? mean : 0;
        float most = a > b ? a : b, score = y[i] == 0 ? a : y[i] == 1 ? b : c;
        most = most > c ? most : c;
        float p = ob_exp_f32(a - most), q = ob_exp_f32(b - most);
        float r = ob_exp_f32(c - most), sum = p + q + r;
        s[0][i] = on * (p / sum - (y[i] == 0 ? 1.0F : 0));
        s[1][i] = on * (q / sum - (y[i] == 1 ? 1.0F : 0));
        s[2][i] = on * (r / sum - (y[i] == 2 ? 1.0F : 0));
        loss += on * (ob_log_f32(sum) - (score - most));
    }
    memcpy(z, s, sizeof s);
    return loss;
}

INLINE void gather(struct bare_net *n, int layer, int inputs, int units,
                   const bare_lanes *in, const bare_lanes *slope)
{
    for (int u = 0; u < units; u++) {
        for (int v = 0; v < inputs; v++)
            n->slope[layer][u][v] += slope[u] * in[v];
        n->slope[layer][u][inputs] += slope[u];
    }
}

/* Slopes by the outputs of the layer below. */
INLINE void backward(const struct bare_net *n, int layer, int inputs, int units,
                     const bare_lanes *slope, bare_lanes *below)
{
    for (int v = 0; v < inputs; v++) {
        bare_lanes sum = { 0 };
        for (int u = 0; u < units; u++)
            sum += n->w[layer][u][v] * slope[u];
        below[v] = sum;
    }
}

INLINE float group(struct bare_net *n, const bare_lanes *x, const bare_lanes *label)
{
    bare_lanes a[SECOND], b[THIRD], z[CLASSES], da[SECOND], db[THIRD];
    forward(n, 0, FIRST, SECOND, x, a);
    keep_positive(a, a, SECOND);
    forward(n, 1, SECOND, THIRD, a, b);
    sigmoids(b);
    forward(n, 2, THIRD, CLASSES, b, z);
    float loss = softmax(z, label, 1 / (float)n->rows);
    gather(n, 2, THIRD, CLASSES, b, z);
    backward(n, 2, THIRD, CLASSES, z, db);
    for (int u = 0; u < THIRD; u++)
        db[u] *= b[u] * (1 - b[u]);
    gather(n, 1, SECOND, THIRD, a, db);
    backward(n, 1, SECOND, THIRD, db, da);
    keep_positive(da, a, SECOND);
    gather(n, 0, FIRST, SECOND, x, da);
    return loss;
}

INLINE void update(struct bare_net *n, int layer, int inputs, int units)
{
    for (int u = 0; u < units; u++)
        for (int v = 0; v <= inputs; v++) {
            float s[LANES];
            memcpy(s, &n->slope[layer][u][v], sizeof s);
            for (int w = LANES / 2; w > 0; w /= 2)
                for (int l = 0; l < w; l++)
                    s[l] += s[l + w];
            n->w[layer][u][v] -= n->lr * s[0];
        }
}

INLINE float step(struct bare_net *n)
{
    float loss = 0;
    memset(n->slope, 0, sizeof n->slope);
    for (int i = 0; i < BARE_GROUPS; i++)
        loss += group(n, n->x[i], &n->label[i]);
    update(n, 0, FIRST, SECOND);
    update(n, 1, SECOND, THIRD);
    update(n, 2, THIRD, CLASSES);
    return loss;
}

#define DEFINE_STEP(name, attribute)                                                     \
    attribute static float step_##name(struct bare_net *n)                               \
    {                                                                                    \
        return step(n);                                                                  \
    }

DEFINE_STEP(baseline, )
#ifdef OB_X86
DEFINE_STEP(v3, __attribute__((target("arch=x86-64-v3"))))
DEFINE_STEP(v4, __attribute__((target("arch=x86-64-v4,prefer-vector-width=512"))))
#endif

static float (*const steps[OB_ISAS])(struct bare_net *n) = {
    [OB_ISA_BASELINE] = step_baseline,
#ifdef OB_X86
    [OB_ISA_V3] = step_v3,
    [OB_ISA_V4] = step_v4,
#endif
};

float bare_net_step(struct bare_net *n)
{
    return steps[ob_cpu_isa()](n);
}
