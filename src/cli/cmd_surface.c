#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asked.h"
#include "open_config.h"
#include "surface.h"

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/conf/ini.h"

enum { SIZE = 65 };

/* Set by the signal that asks for the end: files are written whole or not at all. */
static volatile sig_atomic_t ended_by;

static void end_soon(int signal_number)
{
    ended_by = signal_number;
}

static void heed_signals(void)
{
    struct sigaction action = { .sa_handler = end_soon };
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

/* ---- the command line ---- */

static bool usage(int *status, const char *why)
{
    *status = ob_cli_failf(OB_EUSAGE, "surface: %s", why);
    return false;
}

/* Reads "A:B". */
static bool read_side(const char *text, size_t n, double out[static 2])
{
    const char *colon = memchr(text, ':', n);
    size_t first = colon ? (size_t)(colon - text) : 0;
    return colon && ob_number_parse(text, first, &out[0]) &&
           ob_number_parse(colon + 1, n - first - 1, &out[1]) && out[0] < out[1] &&
           out[0] - out[1] > -1e300;
}

/* Reads "A:B,C:D", or "A:B" for both. */
static bool read_range(const char *text, double out[static 4])
{
    size_t n = strcspn(text, ",");
    const char *second = text[n] ? text + n + 1 : text;
    return read_side(text, n, out) && read_side(second, strlen(second), out + 2);
}

static bool read_asked(const struct ob_args *args, struct surface_ask *ask,
                       long long *size, int *status)
{
    const char *range = ob_args_get(args, "range");
    const char *output = ob_args_get(args, "output");
    long long seed = 0;
    *ask = (struct surface_ask){ .plane = ob_args_get(args, "plane"),
                                 .x = ob_args_get(args, "x"),
                                 .y = ob_args_get(args, "y"),
                                 .ranged = range != NULL };
    *status = ob_code_exit(OB_EUSAGE);
    if (!ob_args_integer(args, "size", 2, OB_SCAN_SIZE, size) ||
        !ob_args_integer(args, "seed", 0, INT64_MAX, &seed))
        return false;
    ask->seed = (uint64_t)seed;
    if (range && !read_range(range, ask->range))
        return usage(status, "--range is X0:X1,Y0:Y1 with X0 < X1 and Y0 < Y1, or X0:X1 "
                             "for both");
    if (output && strcmp(output, "-") == 0 && isatty(STDOUT_FILENO))
        return usage(status, "-o - writes an array, which is nothing for a terminal: "
                             "name a file, or a pipe behind it");
    if (ob_args_operands(args) > 0 && ob_args_has(args, "stdin"))
        return usage(status, "either a config or --stdin");
    if (ob_args_operands(args) == 0 && !ob_args_has(args, "stdin"))
        return usage(status, "name a config or a run (try 'optbench surface --help')");
    return true;
}

/* ---- what it is about ---- */

static bool open_point(struct surface *s, const struct ob_args *args, int *status)
{
    struct ob_cli_asked text = { .path = NULL };
    struct ob_point_ask ask = ob_point_asked(args, 0);
    bool ok = true;
    ask.threads = true;
    if (ob_args_has(args, "stdin")) {
        ok = ob_cli_ask(args, &text, status);
        ask.what = text.path;
        ask.text = ob_buf_text(&text.text);
        ask.len = text.text.len;
    }
    ok = ok && ob_point_open(&s->point, &ask, status);
    ob_cli_asked_finish(&text);
    free(ask.sets);
    return ok;
}

/* What makes a problem: the sections of data and model, without the start. */
static bool describe(const struct ob_rundir *dir, struct ob_buf *out)
{
    struct ob_buf text = { 0 };
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    bool ok = ob_rundir_read(dir, "config.ini", OB_INI_FILE_MAX, &text, NULL) &&
              ob_ini_parse("config.ini", ob_buf_text(&text), text.len, &ini, &diags);
    for (size_t i = 0; ok && i < ini.entries; i++) {
        const struct ob_ini_entry *e = &ini.entry[i];
        bool counts = strcmp(e->section, "data") == 0 || strcmp(e->section, "model") == 0;
        if (counts && strcmp(e->key, "init") != 0 && strcmp(e->key, "start") != 0)
            ob_buf_addf(out, "%s.%s=%s\n", e->section, e->key, e->value);
    }
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
    ob_buf_finish(&text);
    return ok;
}

/* The way of the first run leads to the point that was opened. */
static void extend(struct surface *s)
{
    struct ob_eval e;
    ob_problem_eval(s->point.problem, s->point.theta, NULL, &e);
    surface_path_extend(&s->run[0].way, (double)s->point.step, s->point.theta, e.loss);
}

/* Adds a run whose way is drawn; `first` describes the problem, "" = it is the first. */
static bool add_run(struct surface *s, const char *path, struct ob_buf *first,
                    struct ob_err *err)
{
    struct ob_rundir dir = { 0 };
    struct ob_buf own = { 0 };
    bool ok = ob_rundir_open(&dir, path, err);
    if (ok && !describe(&dir, &own))
        ok = ob_fail(err, OB_EDATA, "%s: its config.ini cannot be read", path);
    if (ok && s->runs == 0)
        ob_buf_adds(first, ob_buf_text(&own));
    else if (ok && strcmp(ob_buf_text(first), ob_buf_text(&own)) != 0)
        ok = ob_fail(err, OB_EUSAGE, "%s: is about another problem than %s", path,
                     s->run[0].path);
    if (ok) {
        s->run[s->runs].path = ob_xstrdup(path);
        surface_path_read(&s->run[s->runs].way, &dir, &s->point.problem->layout);
        if (s->runs++ == 0)
            extend(s);
    }
    ob_buf_finish(&own);
    ob_rundir_finish(&dir);
    return ok;
}

static bool open_runs(struct surface *s, const struct ob_args *args, int *status)
{
    struct ob_buf first = { 0 }, path = { 0 };
    struct ob_err err;
    bool ok = true;
    if (!s->point.of_run && ob_args_operands(args) > 1)
        return usage(status, "a config stands alone; several runs can be seen together");
    for (size_t i = 0; ok && s->point.of_run && i < ob_args_operands(args); i++) {
        ob_buf_clear(&path);
        if (i == 0)
            ob_buf_adds(&path, s->point.path);
        else
            ok = ob_rundir_find(ob_runs_folder(ob_args_get(args, "runs")),
                                ob_args_operand(args, i), &path, &err);
        ok = ok && add_run(s, ob_buf_text(&path), &first, &err);
    }
    if (!ok)
        *status = ob_cli_fail(&err);
    ob_buf_finish(&path);
    ob_buf_finish(&first);
    return ok;
}

/* A plane through the end of a run that diverged would show nothing of the way there:
 * unless a place was asked for it goes through the last point that is to be seen. */
static void stay_in_sight(struct surface *s)
{
    const struct surface_path *p = &s->run[0].way;
    size_t last = p->k;
    while (last > 0 && !surface_path_shows(p, last - 1))
        last--;
    if (last == 0 || last == p->k)
        return;
    memcpy(s->point.theta, p->theta + (last - 1) * p->n, p->n * sizeof *p->theta);
    s->point.step = (uint64_t)p->step[last - 1];
}

static bool open_out(const struct surface *s, const struct ob_args *args,
                     struct surface_out *out, int *status)
{
    struct ob_err err;
    *out = (struct surface_out){ .file = ob_args_get(args, "output"),
                                 .json = ob_args_has(args, "json") };
    if (out->file || !s->point.of_run || ob_rundir_open(&out->dir, s->point.path, &err))
        return true;
    *status = ob_cli_fail(&err);
    return false;
}

/* ---- the work ---- */

/* How many points are worth a look at signals: about as many as take this long. */
static size_t portion(const struct surface *s)
{
    static const double look_s = 0.02;
    double seconds = (double)(ob_clock_ns() - s->began) * 1e-9;
    double n = s->scan.evals == 0 ? 1 : (double)s->scan.evals / seconds * look_s;
    return n < 1 ? 1 : n < 1e9 ? (size_t)n : (size_t)1e9;
}

static bool compute_level(struct surface *s, struct ob_err *err)
{
    bool whole = false, ok = true;
    while (ok && !whole && !ended_by)
        ok = ob_scan_work(&s->scan, portion(s), &whole, err);
    return ok && whole;
}

static int compute(struct surface *s, const struct surface_out *out, size_t size)
{
    struct ob_err err = { .code = OB_OK };
    bool more = true;
    heed_signals();
    s->began = ob_clock_ns();
    bool ok = ob_scan_init(&s->scan, s->point.problem, &s->plane, s->range, size, &err);
    while (ok && more) {
        ok = compute_level(s, &err) &&
             surface_write(s, out, s->scan.level + 1 == s->scan.levels, &err);
        more = ok && ob_scan_next(&s->scan, &err);
    }
    if (ended_by) {
        signal(ended_by, SIG_DFL);
        raise(ended_by);
    }
    if (err.code != OB_OK)
        return ob_cli_fail(&err);
    if (!out->json && !surface_piped(out)) {
        struct ob_buf text = { 0 };
        surface_show(s, out, &text);
        fputs(ob_buf_text(&text), stdout);
        ob_buf_finish(&text);
    }
    return 0;
}

static void finish(struct surface *s)
{
    ob_scan_finish(&s->scan);
    ob_plane_finish(&s->plane);
    for (size_t i = 0; i < s->runs; i++) {
        free(s->run[i].path);
        surface_path_finish(&s->run[i].way);
    }
    ob_point_finish(&s->point);
}

static int run(const struct ob_args *args)
{
    struct surface s = { .runs = 0 };
    struct surface_ask ask;
    struct surface_out out = { .file = NULL };
    long long size = SIZE;
    int status;
    if (!read_asked(args, &ask, &size, &status))
        return status;
    if (open_point(&s, args, &status)) {
        bool ok = open_runs(&s, args, &status);
        if (ok && !ob_args_has(args, "at"))
            stay_in_sight(&s);
        if (ok && surface_choose_plane(&s, &ask, &status) &&
            surface_choose_range(&s, &ask, &status) && open_out(&s, args, &out, &status))
            status = compute(&s, &out, (size_t)size);
    }
    ob_rundir_finish(&out.dir);
    finish(&s);
    return status;
}

static const struct ob_option options[] = {
    { .name = "x", .argument = "NAME", .help = "parameter along the first axis" },
    { .name = "y", .argument = "NAME", .help = "parameter along the second one" },
    { .name = "plane",
      .argument = "KIND",
      .help = "params, pca (where the runs went), random, curvature" },
    { .name = "range",
      .argument = "X0:X1,Y0:Y1",
      .help = "the part of the plane; else what the runs and optima need" },
    { .name = "size", .argument = "N", .help = "points along each side (65)" },
    OB_OPTION_AT,
    { .name = "seed", .argument = "N", .help = "of random directions (0)" },
    { .name = "output",
      .letter = 'o',
      .argument = "FILE",
      .word = OB_WORD_FILE,
      .help = "the grid as .npy, with a .json beside it; - is standard output" },
    { .name = "json", .letter = 'j', .help = "a JSON object a level, as it is there" },
    OB_OPTION_STDIN,
    OB_OPTION_AS,
    OB_OPTION_SET,
    OB_OPTION_RUNS,
    { 0 },
};

const struct ob_command_type ob_command_surface = {
    .name = "surface",
    .operands = "CONFIG|RUN...",
    .least = 0,
    .most = OB_SURFACE_PATHS,
    .first = OB_WORD_RUN,
    .summary = "compute the loss on a plane through the parameters",
    .about =
        "Evaluates the objective on a grid of N x N points, coarse to fine. The plane\n"
        "goes through the start of a config, or through where a run is (--at); its axes\n"
        "are two parameters, or two directions: the principal components of the ways of\n"
        "the runs, random ones, or the gradient and the direction of the largest\n"
        "curvature. A point is origin + u x + v y.\n"
        "\n"
        "The grid, row after row of v, is a NumPy array: views/surface.npy of the run,\n"
        "or the FILE of -o; what the axes are stands in the .json beside it. With "
        "--json\n"
        "and -o - the array follows the line of each level, which tells its bytes.",
    .options = options,
    .run = run,
};
