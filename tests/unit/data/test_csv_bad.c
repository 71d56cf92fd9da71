/*
 * Every table under tests/bad/csv gives exactly the messages and the exit status of its
 * NAME.expect, one test each. The settings stand in the [data] section of NAME.ini, where
 * there is one, else only target = y. (The command line is held to the same files by
 * tests/cli.)
 */
#include <config.h>

#include <dirent.h>

#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/data/source.h"

#include "../../lib/ob_test.h"

#define CASES_MIN 50

static char *folder;

struct settings {
    const struct ob_source_type *source;
    void *opts;
    struct ob_data_opts common;
};

static void set(struct settings *s, const char *key, const char *value)
{
    struct ob_err err;
    const struct ob_param *p = ob_param_find(s->source->params, key);
    void *opts = p ? s->opts : &s->common;
    if (!p)
        p = ob_param_find(ob_data_params, key);
    if (!p)
        fail_msg("no key %s", key);
    if (!ob_param_set(p, opts, value, &err))
        fail_msg("%s: %s", key, err.text);
}

static char *beside(const char *name, const char *ending)
{
    char *file = ob_xasprintf("%s%s", name, ending);
    char *path = ob_path_join(folder, file);
    free(file);
    return path;
}

/* Applies the lines "key = value" of the section [data]. */
static void settings_read(struct settings *s, const char *name)
{
    struct ob_buf text = { 0 };
    char *path = beside(name, ".ini"), key[64], value[192];
    bool data = false;
    if (!ob_file_read(path, 4096, &text, NULL)) {
        set(s, "target", "y");
    } else {
        for (char *line = strtok(text.data, "\n"); line; line = strtok(NULL, "\n")) {
            char *equals = strstr(line, " = ");
            if (*line == '[')
                data = strcmp(line, "[data]") == 0;
            if (!data || !equals)
                continue;
            snprintf(key, sizeof key, "%.*s", (int)(equals - line), line);
            snprintf(value, sizeof value, "%s", equals + 3);
            if (strcmp(key, "source") != 0 && strcmp(key, "path") != 0)
                set(s, key, value);
        }
    }
    ob_buf_finish(&text);
    free(path);
}

/* What the command line would print, folder and place in the config left out. */
static char *printed(const struct ob_diags *diags)
{
    struct ob_buf out = { 0 };
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    ob_diags_print(diags, f);
    fclose(f);
    ob_buf_addf(&out, "exit %d\n", ob_diags_exit(diags));
    for (char *at = text, *hit; *at;
         at = hit ? hit + strlen(folder) + 1 : at + strlen(at)) {
        hit = strstr(at, folder);
        ob_buf_add(&out, at, hit ? (size_t)(hit - at) : strlen(at));
    }
    free(text);
    return ob_buf_take(&out);
}

/* The expectation without "NAME.ini:L: ", which only a reader of configs can know. */
static char *expected(const char *name)
{
    struct ob_buf text = { 0 }, out = { 0 };
    struct ob_err err;
    char *path = beside(name, ".expect"), *place = ob_xasprintf(" %s.ini:", name);
    if (!ob_file_read(path, 65536, &text, &err))
        fail_msg("%s", err.text);
    for (char *at = text.data, *hit; *at;) {
        hit = strstr(at, place);
        ob_buf_add(&out, at, hit ? (size_t)(hit - at) : strlen(at));
        at = hit ? strchr(hit + strlen(place), ':') + 1 : at + strlen(at);
    }
    free(place);
    free(path);
    ob_buf_finish(&text);
    return ob_buf_take(&out);
}

static void is_refused(void **state)
{
    const char *name = *state;
    struct settings s = { .source = ob_source_find("csv") };
    struct ob_diags diags = { 0 };
    struct ob_dataset d;
    s.opts = ob_xcalloc(1, s.source->opts_size);
    ob_params_reset(s.source->params, s.opts);
    ob_params_reset(ob_data_params, &s.common);
    char *path = beside(name, ".csv");
    set(&s, "path", path);
    settings_read(&s, name);

    assert_false(ob_dataset_load(s.source, s.opts, &s.common, &d, &diags));
    assert_int_equal(d.rows, 0);
    char *got = printed(&diags), *want = expected(name);
    assert_string_equal(got, want);

    free(want);
    free(got);
    free(path);
    ob_diags_finish(&diags);
    ob_params_finish(ob_data_params, &s.common);
    ob_params_finish(s.source->params, s.opts);
    free(s.opts);
}

static int is_expectation(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 7 && strcmp(e->d_name + n - 7, ".expect") == 0;
}

int main(void)
{
    struct dirent **entry;
    folder = ob_path_join(ob_test_env("OB_SRCDIR"), "tests/bad/csv");
    int n = scandir(folder, &entry, is_expectation, alphasort);
    if (n < CASES_MIN) {
        fprintf(stderr, "only %d files in %s\n", n, folder);
        return 1;
    }
    struct CMUnitTest *tests = ob_xcalloc((size_t)n, sizeof *tests);
    for (int i = 0; i < n; i++) {
        char *name = ob_xstrndup(entry[i]->d_name, strlen(entry[i]->d_name) - 7);
        tests[i] = (struct CMUnitTest){ .name = name,
                                        .test_func = is_refused,
                                        .initial_state = name };
        free(entry[i]);
    }
    int failed = _cmocka_run_group_tests("csv_bad", tests, (size_t)n, NULL, NULL);
    for (int i = 0; i < n; i++)
        free(tests[i].initial_state);
    free(tests);
    free(entry);
    free(folder);
    return failed;
}
