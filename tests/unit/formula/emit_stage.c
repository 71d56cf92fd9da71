/*
 * For emit.sh: `emit_stage code 64` prints a C program of the emitted text of some random
 * formulas with their data, which adds up rows by the tree and prints the bits of the
 * results; `emit_stage bits 64` prints those that ob_program_run() gives. 32: in floats.
 */
#include <config.h>

#include "optbench/formula/diff.h"
#include "optbench/formula/emit.h"
#include "optbench/formula/program.h"
#include "random_graph.h"

enum { FORMULAS = 24, PARAMS = 3, COLUMNS = 2, ROOTS = 1 + 2 * PARAMS };

struct formula {
    struct ob_graph g;
    uint32_t root[ROOTS];
    size_t rows;
    struct dice dice; /* of the numbers */
};

static void formula_init(struct formula *f, unsigned i)
{
    struct random_graph r = { .g = &f->g,
                              .dice = { 900 + i },
                              .params = PARAMS,
                              .columns = i % 3 ? COLUMNS : 0,
                              .steps = 5 + i,
                              .kinks = true };
    ob_graph_init(&f->g);
    f->root[0] = rg_make(&r);
    ob_formula_gradient(&f->g, f->root[0], PARAMS, f->root + 1, NULL);
    ob_formula_tangent(&f->g, f->root + 1, PARAMS, f->root + 1 + PARAMS, NULL);
    f->rows = i % 3 ? i * 191 : 0;
    f->dice.state = i;
}

static double next(struct formula *f)
{
    return (double)(float)roll_real(&f->dice, -1.5, 1.5);
}

/* ---- the program ---- */

static void add_numbers(struct formula *f, const char *name, unsigned i, size_t n,
                        struct ob_buf *out)
{
    ob_buf_addf(out, "static const real %s_%u[] = { ", name, i);
    for (size_t k = 0; k < n; k++)
        ob_buf_addf(out, "R(%.17e),%s", next(f), k % 8 == 7 ? "\n" : " ");
    ob_buf_adds(out, "0 };\n");
}

static void add_formula(struct formula *f, unsigned i, struct ob_buf *out)
{
    char name[16];
    snprintf(name, sizeof name, "f%u", i);
    add_numbers(f, "theta", i, PARAMS, out);
    add_numbers(f, "direction", i, PARAMS, out);
    add_numbers(f, "column", i, COLUMNS * f->rows, out);
    const struct ob_formula_source from = {
        .graph = &f->g, .root = f->root, .roots = ROOTS, .name = name
    };
    struct ob_formula_facts facts;
    ob_formula_emit(&from, out, &facts, NULL);
    ob_buf_addf(out,
                "static void run_%u(void)\n{\n    static real u[%s_slots + 1], "
                "out[%s_roots];\n",
                i, name, name);
    ob_buf_addf(out, "    const real *t = theta_%u, *d = direction_%u;\n", i, i);
    for (size_t k = 0; k < facts.passes; k++)
        ob_buf_addf(out,
                    "    clear();\n    %s_uniform_%zu(u, t, d, %zu);\n"
                    "    for (ob_u64 i = 0; i < %zu; i++) {\n"
                    "        %s_row_%zu(u, t, d, %zu, column_%u, %zu, i, NULL);\n"
                    "        end_of_chunk(i, %zu, %s_terms_%zu);\n    }\n"
                    "    total(%s_terms_%zu, u + %s_first_%zu);\n",
                    name, k, f->rows, f->rows, name, k, f->rows, i, f->rows, f->rows,
                    name, k, name, k, name, k);
    ob_buf_addf(out,
                "    %s_result(u, t, d, %zu, out);\n    print(%u, %s_roots, out);\n}\n\n",
                name, f->rows, i, name);
}

/* The tree of kernels.h, in the order of the rows. */
static const char harness[] =
    "#include \"optbench/formula/ops.h\"\n"
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "static real lane[64][256], top[64][256];\n"
    "static void clear(void)\n"
    "{\n    memset(lane, 0, sizeof lane);\n    memset(top, 0, sizeof top);\n}\n"
    "static real fold(real *s)\n"
    "{\n    for (int w = 128; w > 0; w /= 2)\n"
    "        for (int l = 0; l < w; l++)\n            s[l] = s[l] + s[l + w];\n"
    "    real sum = s[0];\n    memset(s, 0, 256 * sizeof *s);\n    return sum;\n}\n"
    "#define OB_SUMS real *sum\n"
    "#define OB_SUM(k, x) lane[k][i % 256] = lane[k][i % 256] + (x)\n"
    "static void end_of_chunk(ob_u64 i, ob_u64 rows, int n)\n"
    "{\n    for (int k = 0; k < n && (i % 2048 == 2047 || i + 1 == rows); k++)\n"
    "        top[k][i / 2048] = top[k][i / 2048] + fold(lane[k]);\n}\n"
    "static void total(int n, real *sum)\n"
    "{\n    for (int k = 0; k < n; k++)\n        sum[k] = fold(top[k]);\n}\n"
    "static void print(int f, int n, const real *x)\n"
    "{\n    for (int k = 0; k < n; k++)\n"
    "        if (x[k] != x[k])\n            printf(\"%d %d nan\\n\", f, k);\n"
    "        else\n            printf(\"%d %d %llx\\n\", f, k, (unsigned long "
    "long)OB_FN(ob_bits)(x[k]));\n}\n"
    "static void unused(void)\n{\n    (void)clear, (void)end_of_chunk, (void)total, "
    "(void)unused;\n}\n\n";

static void print_code(const char *bits)
{
    struct ob_buf out = { 0 };
    printf("#define OB_REAL_BITS %s\n%s", bits, harness);
    for (unsigned i = 0; i < FORMULAS; i++) {
        struct formula f;
        formula_init(&f, i);
        ob_buf_clear(&out);
        add_formula(&f, i, &out);
        fputs(ob_buf_text(&out), stdout);
        ob_graph_finish(&f.g);
    }
    printf("int main(void)\n{\n    unused();\n");
    for (unsigned i = 0; i < FORMULAS; i++)
        printf("    run_%u();\n", i);
    printf("    return 0;\n}\n");
    ob_buf_finish(&out);
}

/* ---- the bits ---- */

static void fill(struct formula *f, enum ob_dtype dtype, size_t n, void *to)
{
    for (size_t k = 0; k < n; k++)
        if (dtype == OB_F32)
            ((float *)to)[k] = (float)next(f);
        else
            ((double *)to)[k] = next(f);
}

static void print_result(unsigned i, size_t k, enum ob_dtype dtype, const void *x)
{
    uint64_t wide = 0;
    uint32_t narrow;
    memcpy(&narrow, x, sizeof narrow);
    memcpy(&wide, x, dtype == OB_F32 ? sizeof narrow : sizeof wide);
    if (dtype == OB_F32 ? isnan(*(const float *)x) : isnan(*(const double *)x))
        printf("%u %zu nan\n", i, k);
    else
        printf("%u %zu %llx\n", i, k,
               (unsigned long long)(dtype == OB_F32 ? narrow : wide));
}

static void print_bits(enum ob_dtype dtype)
{
    for (unsigned i = 0; i < FORMULAS; i++) {
        struct formula f;
        double theta[PARAMS], direction[PARAMS], result[ROOTS];
        void *out[ROOTS];
        formula_init(&f, i);
        char *data = malloc((COLUMNS * f.rows + 1) * sizeof(double));
        fill(&f, dtype, PARAMS, theta);
        fill(&f, dtype, PARAMS, direction);
        fill(&f, dtype, COLUMNS * f.rows, data);
        const void *column[COLUMNS] = { data, data + f.rows * ob_dtype_size(dtype) };
        struct ob_program_opts opts = {
            .dtype = dtype, .params = PARAMS, .columns = COLUMNS, .rows = f.rows
        };
        struct ob_program *p = ob_program_create(&f.g, f.root, ROOTS, &opts, NULL);
        struct ob_program_inputs in = { theta, direction, column, f.rows, 0 };
        for (size_t k = 0; k < ROOTS; k++)
            out[k] = &result[k];
        ob_program_run(p, NULL, &in, out);
        for (size_t k = 0; k < ROOTS; k++)
            print_result(i, k, dtype, &result[k]);
        ob_program_destroy(p);
        free(data);
        ob_graph_finish(&f.g);
    }
}

int main(int argc, char **argv)
{
    bool single = argc > 2 && strcmp(argv[2], "32") == 0;
    if (argc > 1 && strcmp(argv[1], "code") == 0)
        print_code(single ? "32" : "64");
    else
        print_bits(single ? OB_F32 : OB_F64);
    return 0;
}
