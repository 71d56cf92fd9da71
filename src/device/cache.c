#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/hash.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#include "cache.h"

/* What a file begins with; all numbers in the machine's order, for no other reads it. */
struct head {
    char magic[8];
    uint64_t key[2], size, sum;
};

static const char magic[8] = { 'O', 'B', 'K', 'E', 'R', 'N', '0', '1' };

enum { NAME = 40 };

/* Said once a process: every program would say it again. */
static void unusable(const char *why)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&said))
        ob_log("compiled kernels are not kept: %s", why);
}

struct ob_cache_key ob_cache_key(const char *const *part)
{
    struct ob_cache_key key = { { 0, 1 } };
    for (; *part; part++)
        for (size_t i = 0, n = strlen(*part) + 1; i < 2; i++)
            key.hash[i] = ob_hash_fast(*part, n, key.hash[i]); /* the NUL parts them */
    return key;
}

static void name_of(const struct ob_cache_key *key, char name[static NAME])
{
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < 32; i++)
        name[i] = digit[key->hash[i / 16] >> (60 - 4 * (i % 16)) & 15];
    memcpy(name + 32, ".bin", 5);
}

/* Whether programs found in that folder are surely our own. */
static bool is_ours(int dir)
{
    struct stat st;
    return fstat(dir, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 022);
}

static bool make_folder(const char *cache, const char *path, struct ob_err *err)
{
    return ob_path_mkdirs(cache, err) &&
           (mkdir(path, 0700) == 0 || errno == EEXIST ||
            ob_fail(err, OB_EIO, "%s: %s", path, ob_errno_text(errno)));
}

/* The folder, open, or -1: it is missing and shall not be made, or err says why. */
static int open_checked(const char *path, bool make, struct ob_err *err)
{
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        if (make || errno != ENOENT)
            ob_fail(err, OB_EIO, "%s: %s", path, ob_errno_text(errno));
    } else if (!is_ours(dir)) {
        ob_fail(err, OB_EIO, "%s: others could write there", path);
        close(dir);
        dir = -1;
    }
    return dir;
}

/* The same of the folder that is ours; `make` makes it where it is missing. What is wrong
 * is said in the log. */
static int open_folder(bool make)
{
    char *cache = ob_path_cache();
    if (!cache) {
        unusable("there is no home folder");
        return -1;
    }
    char *path = ob_path_join(cache, "kernels");
    struct ob_err err = { .code = OB_OK };
    int dir = -1;
    if (!make || make_folder(cache, path, &err))
        dir = open_checked(path, make, &err);
    if (err.code != OB_OK)
        unusable(err.text);
    free(path);
    free(cache);
    return dir;
}

static bool is_whole(const struct ob_buf *file, const struct ob_cache_key *key)
{
    struct head head;
    if (file->len < sizeof head)
        return false;
    memcpy(&head, file->data, sizeof head);
    return memcmp(head.magic, magic, sizeof magic) == 0 &&
           memcmp(head.key, key->hash, sizeof head.key) == 0 &&
           head.size == file->len - sizeof head &&
           head.sum == ob_hash_fast(file->data + sizeof head, file->len - sizeof head, 0);
}

bool ob_cache_load(const struct ob_cache_key *key, struct ob_buf *image)
{
    int dir = open_folder(false);
    if (dir < 0)
        return false;
    char name[NAME];
    name_of(key, name);
    struct ob_buf file = { 0 };
    bool found =
        ob_file_read_at(dir, name, OB_CACHE_LARGEST + sizeof(struct head), &file, NULL) &&
        is_whole(&file, key);
    if (found) {
        ob_buf_add(image, file.data + sizeof(struct head),
                   file.len - sizeof(struct head));
        utimensat(dir, name, NULL, AT_SYMLINK_NOFOLLOW); /* its age counts from its use */
    }
    ob_buf_finish(&file);
    close(dir);
    return found;
}

struct kept {
    char *name;
    struct timespec used;
    uint64_t size;
};

static int older_first(const void *a, const void *b)
{
    const struct timespec *x = &((const struct kept *)a)->used,
                          *y = &((const struct kept *)b)->used;
    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* The regular files of the folder, oldest first; what they have together in *total. */
static struct kept *list_files(int dir, size_t *n, uint64_t *total)
{
    struct kept *list = NULL;
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    *n = 0;
    *total = 0;
    if (!stream) {
        if (copy >= 0)
            close(copy);
        return NULL;
    }
    for (struct dirent *entry; (entry = readdir(stream));) {
        struct stat st;
        if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode))
            continue;
        if (!(*n & (*n + 1))) /* 0, 1, 3, 7, ...: room for as many again, and one */
            list = ob_xreallocarray(list, 2 * *n + 1, sizeof *list);
        list[(*n)++] =
            (struct kept){ ob_xstrdup(entry->d_name), st.st_mtim, (uint64_t)st.st_size };
        *total += (uint64_t)st.st_size;
    }
    closedir(stream);
    if (*n)
        qsort(list, *n, sizeof *list, older_first);
    return list;
}

static void trim(int dir, uint64_t most)
{
    size_t n;
    uint64_t total;
    struct kept *list = list_files(dir, &n, &total);
    for (size_t i = 0; i < n; i++) {
        if (total > most && unlinkat(dir, list[i].name, 0) == 0)
            total -= list[i].size;
        free(list[i].name);
    }
    free(list);
}

void ob_cache_trim(uint64_t most)
{
    int dir = open_folder(false);
    if (dir < 0)
        return;
    trim(dir, most);
    close(dir);
}

void ob_cache_store(const struct ob_cache_key *key, const void *image, size_t n)
{
    int dir = n && n <= OB_CACHE_LARGEST ? open_folder(true) : -1;
    if (dir < 0)
        return;
    struct head head = { .key = { key->hash[0], key->hash[1] },
                         .size = n,
                         .sum = ob_hash_fast(image, n, 0) };
    memcpy(head.magic, magic, sizeof magic);
    struct ob_buf file = { 0 };
    ob_buf_add(&file, &head, sizeof head);
    ob_buf_add(&file, image, n);
    char name[NAME];
    name_of(key, name);
    struct ob_err err;
    if (ob_file_replace(dir, name, file.data, file.len, false, &err) &&
        (fchmodat(dir, name, 0600, 0) == 0 ||
         ob_fail(&err, OB_EIO, "%s: %s", name, ob_errno_text(errno))))
        trim(dir, OB_CACHE_BYTES);
    else
        unusable(err.text);
    ob_buf_finish(&file);
    close(dir);
}

void ob_cache_forget(const struct ob_cache_key *key)
{
    int dir = open_folder(false);
    if (dir < 0)
        return;
    char name[NAME];
    name_of(key, name);
    unlinkat(dir, name, 0);
    close(dir);
}
