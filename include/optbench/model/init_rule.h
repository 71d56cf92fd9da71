/*
 * The words of `init`: what the first values of a tensor are drawn from. Read once from a
 * config, then applied tensor by tensor by a model that has layers, or to all parameters
 * at once (model/init.h). Any thread.
 *
 *   auto                     the model decides
 *   torch                    as nn.Linear: weights and bias uniform, half-width
 *                            1 / sqrt(fan_in) (num/torch_rng.h)
 *   zeros, constant C        weights and bias alike, as are the next two
 *   normal [[MEAN] STD]      mean 0 and deviation 1 where left out
 *   uniform [[LOW] HIGH]     0 to 1; with one number a: -a to a
 *   xavier_uniform [GAIN]    half-width GAIN sqrt(6 / (fan_in + fan_out)), GAIN = 1;
 *                            bias 0
 *   xavier_normal [GAIN]     deviation GAIN sqrt(2 / (fan_in + fan_out)), GAIN = 1;
 *                            bias 0
 *   kaiming_uniform [GAIN]   half-width GAIN sqrt(3 / fan_in), GAIN = sqrt(2); bias 0
 *   kaiming_normal [GAIN]    deviation GAIN / sqrt(fan_in), GAIN = sqrt(2); bias 0
 *
 * Sources: Glorot and Bengio, "Understanding the difficulty of training deep feedforward
 * neural networks", AISTATS 2010, equations 12 and 16; He, Zhang, Ren, Sun, "Delving deep
 * into rectifiers", ICCV 2015, equation 10. The operations and their order are those of
 * torch.nn.init, so that with rng = torch the bits are, too.
 */
#ifndef OB_MODEL_INIT_RULE_H
#define OB_MODEL_INIT_RULE_H

#include "optbench/base/param.h"
#include "optbench/num/draw.h"

enum ob_init_kind {
    OB_INIT_AUTO,
    OB_INIT_TORCH,
    OB_INIT_CONSTANT,
    OB_INIT_NORMAL,
    OB_INIT_UNIFORM,
    OB_INIT_XAVIER_UNIFORM,
    OB_INIT_XAVIER_NORMAL,
    OB_INIT_KAIMING_UNIFORM,
    OB_INIT_KAIMING_NORMAL,
};

struct ob_init_rule {
    enum ob_init_kind kind;
    double number[2]; /* the constant; mean, deviation; low, high; gain */
};

/* What a tensor is in its layer. */
struct ob_init_tensor {
    size_t size;            /* elements, at least 1 */
    size_t fan_in, fan_out; /* inputs and outputs of the layer, of its bias as well */
    bool bias;
};

/* Whether the rule asks for the fans: torch, xavier and kaiming. */
bool ob_init_needs_fans(const struct ob_init_rule *r);

/* The rule that the words are; no words are `auto`. Fails with OB_ECONFIG and a text that
 * opens with "KEY: " for an unknown word, numbers too few or too many, and those that
 * make no sense. */
bool ob_init_rule_read(const char *key, const struct ob_texts *words,
                       struct ob_init_rule *out, struct ob_err *err);

/* out [t->size]; draws once, or not at all where nothing is random. The kind is not
 * OB_INIT_AUTO. */
void ob_init_fill(const struct ob_init_rule *r, const struct ob_init_tensor *t,
                  struct ob_draw *d, double *out);

#endif
