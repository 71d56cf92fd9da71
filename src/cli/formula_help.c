#include <config.h>

#include "formula_help.h"

#include <string.h>

#include "optbench/formula/parse.h"

const struct ob_formula_help ob_formula_help_operators[] = {
    { "a + b  a - b", "from left to right, after all others" },
    { "a * b  a / b", "from left to right; the * is always written: 2*x, not 2x" },
    { "A @ B", "the product of matrices and vectors, as strong as *" },
    { "-a", "weaker than ^: -x^2 is -(x^2)" },
    { "a ^ b", "from right to left: 2^3^2 is 2^9" },
    { "[a, b]", "a vector; [[a, b], [c, d]] is a matrix, row by row" },
    { "v[2]  A[1, 2]", "an element, counted from 1" },
    { "sum(i, 1, n, t)",
      "the sum of t for i = 1 to n, in t by the name i; prod likewise" },
    { NULL, NULL },
};

const struct ob_formula_help ob_formula_help_names[] = {
    { "w1  rate  v.x", "letters, digits, _ and . make a name; others, such as that of a "
                       "column of the data, stand between backticks" },
    { "parameters = a w[3]",
      "the parameters in their order, vectors with their length; a function without the "
      "key takes every unknown name, as they appear" },
    { "let = r = x^2 + y^2", "names for parts of the formulas, divided by commas" },
    { "columns", "in predict and loss every column of the data is a name, the target, "
                 "too; in loss also predict" },
    { "pi  e", "constants" },
    { NULL, NULL },
};

enum { COLUMN = 22, WIDTH = 79 };

/* A name in its column, what is said about it behind, broken at blanks. */
static void print_entry(FILE *to, const char *name, const char *text)
{
    size_t used = COLUMN;
    fprintf(to, "  %-*s", COLUMN - 2, name);
    if (strlen(name) > COLUMN - 3)
        fprintf(to, "\n%*s", COLUMN, "");
    for (size_t n; *text; text += n + (text[n] == ' ')) {
        n = strcspn(text, " ");
        bool fresh = used == COLUMN;
        if (!fresh && used + 1 + n > WIDTH) {
            fprintf(to, "\n%*s", COLUMN, "");
            used = COLUMN;
            fresh = true;
        }
        fprintf(to, "%s%.*s", fresh ? "" : " ", (int)n, text);
        used += n + !fresh;
    }
    fputc('\n', to);
}

static void print_table(FILE *to, const struct ob_formula_help *h)
{
    for (; h->written; h++)
        print_entry(to, h->written, h->help);
}

bool ob_formula_help_function(size_t i, struct ob_buf *call, const char **help)
{
    const struct ob_formula_function *f = &ob_formula_functions()[i];
    if (!f->name)
        return false;
    ob_buf_addf(call, "%s(%s)", f->name, f->arguments);
    *help = f->help;
    return true;
}

void ob_formula_help_print(FILE *to)
{
    fputs("Formulas stand in [model]: f, or predict, loss and let. Such as\n\n"
          "  f = (2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2\n"
          "  f = sum(i, 1, 9, 100*(w[i+1] - w[i]^2)^2 + (1 - w[i])^2)\n"
          "  predict = a + b*x + c*x^2 + d*x^3\n"
          "  loss = sum((predict - y)^2)\n\nOperators:\n\n",
          to);
    print_table(to, ob_formula_help_operators);
    fputs("\nNames:\n\n", to);
    print_table(to, ob_formula_help_names);
    fputs("\nFunctions:\n\n", to);
    struct ob_buf call = { 0 };
    const char *help;
    for (size_t i = 0; ob_formula_help_function(i, &call, &help); i++) {
        print_entry(to, ob_buf_text(&call), help);
        ob_buf_clear(&call);
    }
    ob_buf_finish(&call);
    fputs("\nDerivatives are exact. Kinds of model that read formulas: optbench explain\n"
          "model.function, model.formula. Named functions: optbench list models.\n",
          to);
}
