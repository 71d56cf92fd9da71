/*
 * What the tests of conf share: a folder of their own for the files they write, and
 * problems as text with that folder cut off.
 */
#ifndef OB_CONF_TEST_H
#define OB_CONF_TEST_H

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/ob_test.h"
#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini.h"
#include "optbench/conf/spec.h"

/* The least that loads without a problem. */
#define DATA "[data]\nsource = inline\ncolumns = x y\nvalues = 1 2 3 4\ntarget = y\n"

static char scratch[64];

OB_UNUSED static int make_scratch(void **state)
{
    (void)state;
    snprintf(scratch, sizeof scratch, "/tmp/ob-conf-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

OB_UNUSED static int remove_scratch(void **state)
{
    (void)state;
    DIR *d = opendir(scratch);
    for (struct dirent *e; d && (e = readdir(d));) {
        char *path = ob_path_join(scratch, e->d_name);
        if (unlink(path))
            rmdir(path);
        free(path);
    }
    if (d)
        closedir(d);
    return rmdir(scratch);
}

/* Writes a file into the scratch folder; returns its path, to be freed. */
OB_UNUSED static char *put(const char *name, const char *text)
{
    char *path = ob_path_join(scratch, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
    return path;
}

/* Everything that d holds as it is printed, with every "dir/" taken out; to be freed. */
OB_UNUSED static char *printed(const struct ob_diags *d, const char *dir)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    assert_non_null(f);
    ob_diags_print(d, f);
    fclose(f);
    size_t len = strlen(dir);
    for (char *at = text; (at = strstr(at, dir));) {
        size_t cut = len + (at[len] == '/');
        memmove(at, at + cut, strlen(at + cut) + 1);
    }
    return text;
}

/* Loads a file of this text and the sets (NULL-ended; NULL = none) into *spec. */
OB_UNUSED static bool load(const char *text, const char *const *sets,
                           struct ob_spec *spec, struct ob_diags *diags)
{
    size_t n = 0;
    while (sets && sets[n])
        n++;
    char *path = put("t.ini", text);
    *spec = (struct ob_spec){ 0 };
    *diags = (struct ob_diags){ 0 };
    bool ok = ob_spec_load(path, sets, n, spec, diags);
    free(path);
    return ok;
}

/* The same where it must work. */
OB_UNUSED static void load_good(const char *text, const char *const *sets,
                                struct ob_spec *spec)
{
    struct ob_diags diags;
    if (!load(text, sets, spec, &diags)) {
        char *said = printed(&diags, scratch);
        fail_msg("refused:\n%s\nsaid:\n%s", text, said);
    }
    assert_int_equal(diags.n, 0);
    ob_diags_finish(&diags);
}

/* The same where it must not: what is said has to be exactly this. */
OB_UNUSED static void load_bad(const char *text, const char *const *sets,
                               const char *expected)
{
    struct ob_spec spec;
    struct ob_diags diags;
    assert_false(load(text, sets, &spec, &diags));
    char *said = printed(&diags, scratch);
    assert_string_equal(said, expected);
    free(said);
    ob_diags_finish(&diags);
    ob_spec_finish(&spec);
}

/* The value of one key in the resolved file, to be freed; NULL = not there. */
OB_UNUSED static char *resolved(const struct ob_spec *spec, const char *section,
                                const char *key)
{
    struct ob_buf text = { 0 };
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    char *value = NULL;
    ob_spec_write(spec, &text);
    assert_true(ob_ini_parse("resolved", text.data, text.len, &ini, &diags));
    for (size_t i = 0; i < ini.entries; i++)
        if (!strcmp(ini.entry[i].section, section) && !strcmp(ini.entry[i].key, key))
            value = ob_xstrdup(ini.entry[i].value);
    ob_ini_finish(&ini);
    ob_buf_finish(&text);
    return value;
}

OB_UNUSED static void assert_resolved(const struct ob_spec *spec, const char *section,
                                      const char *key, const char *expected)
{
    char *value = resolved(spec, section, key);
    if (!value || strcmp(value, expected))
        fail_msg("%s.%s is '%s', not '%s'", section, key, value ? value : "(not set)",
                 expected);
    free(value);
}

#endif
