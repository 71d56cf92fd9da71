#include "explain.h"

#include "optbench/base/number.h"

const char *explain_name(const struct ob_iterate *it, size_t i,
                         char out[static OB_COLUMN_NAME_MAX])
{
    return ob_layout_column_name(&it->problem->layout, i, out);
}

const struct ob_segment *explain_segment(const struct ob_optimizer *o, size_t i)
{
    size_t s = 0;
    while (i >= o->segment[s].offset + o->segment[s].n)
        s++;
    return &o->segment[s];
}

void explain_line(struct ob_buf *out, const char *name, const char *format,
                  const double *number)
{
    char shown[OB_NUMBER_MAX];
    for (const char *c = format; *c; c++) {
        if (c[0] == '%' && c[1] == 'v') {
            ob_number_show(shown, sizeof shown, *number, 6);
            ob_buf_addf(out, *number < 0 ? "(%s)" : "%s", shown);
            number++;
            c++;
        } else if (c[0] == '%' && c[1] == 'n') {
            ob_buf_adds(out, name);
            c++;
        } else {
            ob_buf_addc(out, *c);
        }
    }
}
