/*
 * Replays a corpus without a fuzzer: every file of tests/fuzz/corpus/<name>, <name> being
 * what follows "fuzz_" in the program's own name; then every file cut short in several
 * places and changed at random (the same changes in each run, OB_FUZZ_CHANGES of each
 * file, 100 unless told). One TAP line a file. With file names as arguments, only these.
 */
#include <config.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/rng.h"

#define LARGEST ((size_t)1 << 20)
#define CUTS    64

/* A copy of exactly the right size, so that a sanitizer sees the first byte too far. */
static void feed(const char *data, size_t n)
{
    char *copy = ob_xmalloc(n);
    if (n)
        memcpy(copy, data, n);
    LLVMFuzzerTestOneInput((const uint8_t *)copy, n);
    free(copy);
}

static void feed_cuts(const struct ob_buf *file)
{
    for (size_t i = 0; i < CUTS; i++)
        feed(file->data, file->len * i / CUTS);
}

/* One to four small changes: a bit, a byte, a byte taken out, a piece doubled. */
static void change(struct ob_rng *rng, struct ob_buf *b)
{
    for (uint64_t left = 1 + ob_rng_below(rng, 4); left > 0 && b->len > 0; left--) {
        size_t at = ob_rng_below(rng, b->len);
        switch (ob_rng_below(rng, 4)) {
        case 0:
            b->data[at] = (char)(b->data[at] ^ 1 << ob_rng_below(rng, 8));
            break;
        case 1:
            b->data[at] = (char)ob_rng_below(rng, 256);
            break;
        case 2:
            memmove(b->data + at, b->data + at + 1, b->len - at);
            b->len--;
            break;
        default: {
            size_t n = 1 + ob_rng_below(rng, b->len - at < 32 ? b->len - at : 32);
            ob_buf_reserve(b, n);
            ob_buf_add(b, b->data + at, n);
        }
        }
    }
}

static void feed_changes(const struct ob_buf *file, unsigned long changes)
{
    struct ob_rng rng;
    struct ob_buf copy = { 0 };
    ob_rng_init(&rng, file->len, 0);
    for (unsigned long i = 0; i < changes; i++) {
        ob_buf_clear(&copy);
        ob_buf_add(&copy, file->data, file->len);
        change(&rng, &copy);
        feed(copy.data, copy.len);
    }
    ob_buf_finish(&copy);
}

static bool replay(const char *path, unsigned long changes)
{
    struct ob_buf file = { 0 };
    struct ob_err err;
    bool ok = ob_file_read(path, LARGEST, &file, &err);
    if (ok) {
        ob_buf_reserve(&file, 0);
        feed(file.data, file.len);
        feed_cuts(&file);
        feed_changes(&file, changes);
    } else {
        printf("# %s\n", err.text);
    }
    ob_buf_finish(&file);
    return ok;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of a folder in the order of their names; *n of them. */
static char **list(const char *folder, size_t *n)
{
    char **name = NULL;
    DIR *dir = opendir(folder);
    *n = 0;
    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        name = ob_xreallocarray(name, *n + 1, sizeof *name);
        name[(*n)++] = ob_path_join(folder, e->d_name);
    }
    if (dir)
        closedir(dir);
    if (name)
        qsort(name, *n, sizeof *name, by_name);
    return name;
}

static char *corpus_of(const char *program)
{
    const char *base = ob_path_base(program), *top = getenv("OB_SRCDIR");
    if (strncmp(base, "fuzz_", 5) == 0)
        base += 5;
    return ob_xasprintf("%s/tests/fuzz/corpus/%s", top ? top : ".", base);
}

int main(int argc, char **argv)
{
    const char *asked = getenv("OB_FUZZ_CHANGES");
    unsigned long changes = asked ? strtoul(asked, NULL, 10) : 100;
    size_t n = (size_t)argc - 1, failed = 0;
    char **name = argv + 1, **found = NULL;
    if (argc < 2) {
        char *folder = corpus_of(argv[0]);
        name = found = list(folder, &n);
        if (n == 0)
            printf("# no files in %s\n", folder);
        free(folder);
    }
    for (size_t i = 0; i < n; i++) {
        bool ok = replay(name[i], changes);
        failed += !ok;
        printf("%s %zu - %s\n", ok ? "ok" : "not ok", i + 1, ob_path_base(name[i]));
        fflush(stdout);
    }
    printf("1..%zu\n", n);
    for (size_t i = 0; found && i < n; i++)
        free(found[i]);
    free(found);
    return n == 0 || failed > 0;
}
