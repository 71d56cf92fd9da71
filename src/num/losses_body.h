/*
 * Losses of the last layer, for layers_body.h. Cross entropy works on PIECE samples at a
 * time, so that their scores of all classes stay in the first cache; samples are lanes,
 * and the classes are added in their order.
 */
enum { PIECE = OB_LANES };

/* PIECE samples or fewer of a block. */
struct piece {
    size_t n, units, ld;
    real *z;       /* unit k at z + k * ld */
    const real *y; /* the labels; NULL where nobody asks */
};

INLINE struct piece piece_at(const struct ob_block *b, size_t at, const real *z,
                             const real *y)
{
    return (struct piece){ .n = b->rows - at < PIECE ? b->rows - at : PIECE,
                           .units = b->units,
                           .ld = b->ld,
                           .z = (real *)z + at,
                           .y = y ? y + at : NULL };
}

/* The largest score of each sample and the first unit that has it; what is no number
 * loses against everything. */
INLINE void piece_best(const struct piece *p, real *restrict most, real *restrict unit)
{
    for (size_t i = 0; i < p->n; i++) {
        most[i] = p->z[i];
        unit[i] = 0;
    }
    for (size_t k = 1; k < p->units; k++) {
        const real *z = p->z + k * p->ld;
        for (size_t i = 0; i < p->n; i++) {
            int more = (z[i] > most[i]) | ((most[i] != most[i]) & (z[i] == z[i]));
            most[i] = OB_FN(ob_pick)(more, z[i], most[i]);
            unit[i] = OB_FN(ob_pick)(more, (real)k, unit[i]);
        }
    }
}

INLINE size_t count_equal(size_t n, const real *a, const real *b)
{
    OB_UINT equal = 0;
    for (size_t i = 0; i < n; i++)
        equal += a[i] == b[i];
    return (size_t)equal;
}

/* Targets of cross entropy: `on` for the labelled class, `off` for the others. */
struct smooth {
    real on, off, keep; /* on = keep + off */
    real scale;
};

INLINE struct smooth smooth_of(const struct ob_block *b, const struct ob_block_target *t,
                               double scale)
{
    double off = t->smoothing / (double)b->units, keep = 1 - t->smoothing;
    return (struct smooth){ (real)(keep + off), (real)off, (real)keep, (real)scale };
}

/* With d_k = z_k - max z and s = sum e^d_k, the loss is
 * log s - keep d_label - off sum d_k; the e^d_k stay in z where they are wanted. */
INLINE void piece_losses(const struct piece *p, const struct smooth *t, bool grad,
                         const real *restrict most, real *restrict total,
                         real *restrict value)
{
    real label[PIECE], all[PIECE];
    for (size_t i = 0; i < p->n; i++)
        total[i] = label[i] = all[i] = 0;
    for (size_t k = 0; k < p->units; k++) {
        real *restrict z = p->z + k * p->ld;
        for (size_t i = 0; i < p->n; i++) {
            real d = z[i] - most[i], e = OB_FN(ob_exp)(d);
            total[i] = total[i] + e;
            label[i] = OB_FN(ob_pick)(p->y[i] == (real)k, d, label[i]);
            all[i] = all[i] + d;
            if (grad)
                z[i] = e;
        }
    }
    for (size_t i = 0; i < p->n; i++) {
        real off = OB_FN(ob_pick)(t->off == 0, 0, t->off * all[i]);
        value[i] = (OB_FN(ob_log)(total[i]) - t->keep * label[i]) - off;
    }
}

/* From e^d_k to scale (softmax_k - target_k). */
INLINE void piece_slopes(const struct piece *p, const struct smooth *t,
                         const real *restrict total)
{
    for (size_t k = 0; k < p->units; k++) {
        real *restrict z = p->z + k * p->ld;
        for (size_t i = 0; i < p->n; i++) {
            real target = OB_FN(ob_pick)(p->y[i] == (real)k, t->on, t->off);
            z[i] = (z[i] / total[i] - target) * t->scale;
        }
    }
}

INLINE double cross_entropy_over(const struct ob_block *b, const struct smooth *t,
                                 const real *y, bool grad, real *z, size_t *correct)
{
    _Alignas(64) real value[OB_CHUNK], most[PIECE], unit[PIECE], total[PIECE];
    for (size_t at = 0; at < b->rows; at += PIECE) {
        struct piece p = piece_at(b, at, z, y);
        piece_best(&p, most, unit);
        *correct += count_equal(p.n, unit, p.y);
        piece_losses(&p, t, grad, most, total, value + at);
        if (grad)
            piece_slopes(&p, t, total);
    }
    return (double)lane_sum(b->rows, value);
}

static double cross_entropy(const struct ob_block *b, const struct ob_block_target *t,
                            double scale, bool grad, void *z, size_t *correct)
{
    struct smooth s = smooth_of(b, t, scale);
    return grad ? cross_entropy_over(b, &s, t->y, true, z, correct)
                : cross_entropy_over(b, &s, t->y, false, z, correct);
}

/* H r = scale softmax_k (r_k - sum_j softmax_j r_j), whatever the labels are. */
static void cross_entropy_along(const struct ob_block *b, const struct ob_block_target *t,
                                double scale, const void *z, void *rz)
{
    real most[PIECE], unit[PIECE], total[PIECE], mean[PIECE], f = (real)scale;
    (void)t;
    for (size_t at = 0; at < b->rows; at += PIECE) {
        struct piece p = piece_at(b, at, z, NULL);
        real *r = (real *)rz + at;
        piece_best(&p, most, unit);
        for (size_t i = 0; i < p.n; i++)
            total[i] = mean[i] = 0;
        for (size_t k = 0; k < p.units; k++)
            for (size_t i = 0; i < p.n; i++) {
                real e = OB_FN(ob_exp)(p.z[k * p.ld + i] - most[i]);
                total[i] = total[i] + e;
                mean[i] = mean[i] + e * r[k * p.ld + i];
            }
        for (size_t i = 0; i < p.n; i++)
            mean[i] = mean[i] / total[i];
        for (size_t k = 0; k < p.units; k++)
            for (size_t i = 0; i < p.n; i++) {
                real e = OB_FN(ob_exp)(p.z[k * p.ld + i] - most[i]);
                r[k * p.ld + i] = e / total[i] * (r[k * p.ld + i] - mean[i]) * f;
            }
    }
}

/* ---- losses of one score ---- */

struct score_loss {
    real (*value)(real z, real y, real delta);
    real (*d1)(real z, real y, real delta);
    real (*d2)(real z, real y, real delta);
};

INLINE double score_pass(const struct score_loss *f, const struct ob_block *b,
                         const struct ob_block_target *t, double scale, bool grad,
                         real *restrict z)
{
    _Alignas(64) real value[OB_CHUNK];
    const real *restrict y = t->y;
    real by = (real)scale, delta = (real)t->delta;
    for (size_t i = 0; i < b->rows; i++)
        value[i] = f->value(z[i], y[i], delta);
    for (size_t i = 0; i < b->rows && grad; i++)
        z[i] = f->d1(z[i], y[i], delta) * by;
    return (double)lane_sum(b->rows, value);
}

INLINE void score_along(const struct score_loss *f, const struct ob_block *b,
                        const struct ob_block_target *t, double scale,
                        const real *restrict z, real *restrict rz)
{
    const real *restrict y = t->y;
    real by = (real)scale, delta = (real)t->delta;
    for (size_t i = 0; i < b->rows; i++)
        rz[i] = f->d2(z[i], y[i], delta) * rz[i] * by;
}

#define DEFINE_SCORE(name, formula, counts)                                              \
    INLINE real name##_value(real z, real y, real delta)                                 \
    {                                                                                    \
        (void)delta;                                                                     \
        return OB_FN(formula)(z, y);                                                     \
    }                                                                                    \
    INLINE real name##_d1(real z, real y, real delta)                                    \
    {                                                                                    \
        (void)delta;                                                                     \
        return OB_FN(formula##_d1)(z, y);                                                \
    }                                                                                    \
    INLINE real name##_d2(real z, real y, real delta)                                    \
    {                                                                                    \
        (void)delta;                                                                     \
        return OB_FN(formula##_d2)(z, y);                                                \
    }                                                                                    \
    static const struct score_loss name##_formulas = { name##_value, name##_d1,          \
                                                       name##_d2 };                      \
    DEFINE_SCORE_ENTRIES(name, counts)

#define DEFINE_SCORE_ENTRIES(name, counts)                                               \
    static double name##_pass(const struct ob_block *b, const struct ob_block_target *t, \
                              double scale, bool grad, void *z, size_t *correct)         \
    {                                                                                    \
        if (counts)                                                                      \
            *correct += count_sides(b->rows, z, t->y);                                   \
        return score_pass(&name##_formulas, b, t, scale, grad, z);                       \
    }                                                                                    \
    static void name##_along(const struct ob_block *b, const struct ob_block_target *t,  \
                             double scale, const void *z, void *rz)                      \
    {                                                                                    \
        score_along(&name##_formulas, b, t, scale, z, rz);                               \
    }

INLINE size_t count_sides(size_t n, const real *z, const real *y)
{
    OB_UINT same = 0;
    for (size_t i = 0; i < n; i++)
        same += (z[i] > 0) == (y[i] > R(0.5));
    return (size_t)same;
}

DEFINE_SCORE(bce, ob_bce_logits, true)
DEFINE_SCORE(mse, ob_squared, false)
DEFINE_SCORE(half_mse, ob_half_squared, false)

static const struct score_loss huber_formulas = { OB_FN(ob_huber), OB_FN(ob_huber_d1),
                                                  OB_FN(ob_huber_d2) };
DEFINE_SCORE_ENTRIES(huber, false)

/* ---- what the scores say ---- */

static void probabilities(const struct ob_block *b, void *scores)
{
    real most[PIECE], total[PIECE], *z = scores;
    for (size_t i = 0; i < b->rows && b->units == 1; i++)
        z[i] = OB_FN(ob_sigmoid)(z[i]);
    for (size_t at = 0; at < b->rows && b->units > 1; at += PIECE) {
        struct piece p = piece_at(b, at, z, NULL);
        piece_best(&p, most, total);
        for (size_t i = 0; i < p.n; i++)
            total[i] = 0;
        for (size_t k = 0; k < p.units; k++)
            for (size_t i = 0; i < p.n; i++) {
                real e = OB_FN(ob_exp)(p.z[k * p.ld + i] - most[i]);
                p.z[k * p.ld + i] = e;
                total[i] = total[i] + e;
            }
        for (size_t k = 0; k < p.units; k++)
            for (size_t i = 0; i < p.n; i++)
                p.z[k * p.ld + i] = p.z[k * p.ld + i] / total[i];
    }
}

static void best(const struct ob_block *b, const void *scores, uint32_t *out)
{
    real most[PIECE], unit[PIECE];
    const real *z = scores;
    for (size_t i = 0; i < b->rows && b->units == 1; i++)
        out[i] = z[i] > 0;
    for (size_t at = 0; at < b->rows && b->units > 1; at += PIECE) {
        struct piece p = piece_at(b, at, z, NULL);
        piece_best(&p, most, unit);
        for (size_t i = 0; i < p.n; i++)
            out[at + i] = (uint32_t)unit[i];
    }
}
