/*
 * Experiment files. Whatever the reader takes apart can be written and is taken apart in
 * the same way again; whatever loads as an experiment resolves to a file that loads and
 * resolves to the same bytes.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/conf/ini.h"
#include "optbench/conf/spec.h"

static void write_entries(const struct ob_ini *ini, struct ob_buf *out)
{
    for (size_t i = 0; i < ini->entries; i++) {
        const struct ob_ini_entry *e = &ini->entry[i];
        if (*e->section)
            ob_buf_addf(out, "[%s]\n", e->section);
        ob_buf_addf(out, "%s = %s\n", e->key, e->value);
    }
}

static void check_entries(const struct ob_ini *ini, size_t lines)
{
    for (size_t i = 0; i < ini->entries; i++) {
        const struct ob_ini_entry *e = &ini->entry[i];
        OB_REQUIRE(*e->key && strlen(e->key) <= OB_INI_NAME_MAX);
        OB_REQUIRE(e->line >= 1 && e->line <= lines);
        OB_REQUIRE(i == 0 || e->line > ini->entry[i - 1].line);
    }
}

static void check_reader(const char *text, size_t n)
{
    struct ob_ini first = { 0 }, second = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_buf out = { 0 };
    size_t lines = 1;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    bool ok = ob_ini_parse("x", text, n, &first, &diags);
    OB_REQUIRE(ok == (diags.n == 0));
    check_entries(&first, lines);
    if (ok && (!first.entries || *first.entry[0].section)) {
        write_entries(&first, &out);
        OB_REQUIRE(ob_ini_parse("x", ob_buf_text(&out), out.len, &second, &diags));
        OB_REQUIRE(first.entries == second.entries);
        for (size_t i = 0; i < first.entries; i++) {
            OB_REQUIRE(!strcmp(first.entry[i].section, second.entry[i].section));
            OB_REQUIRE(!strcmp(first.entry[i].key, second.entry[i].key));
            OB_REQUIRE(!strcmp(first.entry[i].value, second.entry[i].value));
        }
    }
    ob_buf_finish(&out);
    ob_ini_finish(&first);
    ob_ini_finish(&second);
    ob_diags_finish(&diags);
}

/* Loads text as an experiment; true with the resolved file in *out where it is one. */
static bool resolve(const char *text, size_t n, struct ob_buf *out)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    char path[64];
    int fd = memfd_create("experiment", MFD_CLOEXEC);
    OB_REQUIRE(fd >= 0 && write(fd, text, n) == (ssize_t)n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bool ok = ob_spec_load(path, NULL, 0, &spec, &diags);
    OB_REQUIRE(ok == (diags.n == 0));
    if (ok)
        ob_spec_write(&spec, out);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    close(fd);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct ob_buf once = { 0 }, twice = { 0 };
    check_reader(text, size);
    if (size <= OB_INI_FILE_MAX && resolve(text, size, &once)) {
        OB_REQUIRE(resolve(once.data, once.len, &twice));
        OB_REQUIRE(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
    }
    ob_buf_finish(&once);
    ob_buf_finish(&twice);
    return 0;
}
