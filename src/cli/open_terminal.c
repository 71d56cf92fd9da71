#include <config.h>

#include <string.h>

#include "open_terminal.h"

#include "optbench/base/buf.h"

static bool choose(const struct ob_args *args, const char *option,
                   const char *const *words, int *out)
{
    const char *given = ob_args_get(args, option);
    if (!given || strcmp(given, "auto") == 0)
        return true;
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], given) == 0) {
            *out = i;
            return true;
        }
    }
    struct ob_buf all = { 0 };
    for (int i = 0; words[i]; i++)
        ob_buf_addf(&all, ", %s", words[i]);
    ob_cli_failf(OB_EUSAGE, "--%s: '%s' is none of auto%s", option, given,
                 ob_buf_text(&all));
    ob_buf_finish(&all);
    return false;
}

bool ob_cli_terminal_opts(const struct ob_args *args, struct ob_app_opts *opts)
{
    /* In the order of enum ob_glyphs and enum ob_depth. */
    static const char *const glyphs[] = { "braille", "block", "ascii", NULL };
    static const char *const depths[] = { "never", "8", "16", "256", "true", NULL };
    static const char *const syncs[] = { "never", NULL };
    int sync = -1;
    opts->term.glyphs = opts->term.depth = -1;
    bool ok = choose(args, "glyphs", glyphs, &opts->term.glyphs) &&
              choose(args, "color", depths, &opts->term.depth) &&
              choose(args, "sync", syncs, &sync) &&
              ob_args_real(args, "fps", 0.1, 120, &opts->fps);
    opts->term.no_sync = sync == 0;
    return ok;
}

int ob_cli_open_terminal(const struct ob_app_opts *opts)
{
    struct ob_err err = { .code = OB_OK };
    int status = ob_app_run(opts, &err);
    return err.code == OB_OK ? status : ob_cli_fail(&err);
}
