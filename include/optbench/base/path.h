/*
 * Paths, small files, and where the program's own files lie.
 *
 * Strings that are returned as `char *` are the caller's, free() them. Nothing here
 * changes the working directory or the environment; everything may be called from any
 * thread. Messages name the path but not the reason for asking: the caller adds that
 * with ob_fail_at() where it helps.
 */
#ifndef OB_BASE_PATH_H
#define OB_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

/* dir and name with one '/' between; an absolute name stands alone, and so does name
 * when dir is "" or NULL. */
char *ob_path_join(const char *dir, const char *name);

/* Everything before the last component, as dirname(1): "." for "a", "/" for "/a". */
char *ob_path_dir(const char *path);

/* The last component, lent from `path`; "" where it ends with '/'. */
const char *ob_path_base(const char *path);

/* The path from the root, without "." and "//". ".." and symbolic links stay, for only
 * the kernel knows what they mean. A lost working directory leaves it relative. */
char *ob_path_absolute(const char *path);

/* Whether name may name an entry of a run directory: 1 to 100 of [A-Za-z0-9._-], not
 * beginning with '.' or '-'. */
bool ob_path_is_plain(const char *name);

/* Whether a file of that name is likely a table: .csv, .tsv, .txt, .dat or .data, in any
 * case. */
bool ob_path_is_table(const char *name);

/* Creates the directory and its parents (mode 0777 less umask). A directory that exists
 * is success; anything else there is OB_EIO. */
bool ob_path_mkdirs(const char *path, struct ob_err *err);

/*
 * Appends `in` with ${NAME} replaced by the environment variable NAME (letters, digits,
 * '_'). "$$" is one '$'; any other '$' stays. OB_ECONFIG where a variable is not set or
 * a brace is not closed; what was appended until then is taken back.
 */
bool ob_path_expand(const char *in, struct ob_buf *out, struct ob_err *err);

/*
 * Appends the whole file. Only a regular file of at most `max` bytes: a directory, a
 * FIFO or a device is refused without waiting on it (OB_EDATA), as is a larger file or
 * one that grows past the limit while it is read; what cannot be opened or read is
 * OB_EIO. Symbolic links are followed: this one is for paths that the user named.
 */
bool ob_file_read(const char *path, size_t max, struct ob_buf *out, struct ob_err *err);

/* The same for an entry of an open directory that may be somebody else's: a symbolic
 * link is refused, and `name` must hold no '/'. */
bool ob_file_read_at(int dirfd, const char *name, size_t max, struct ob_buf *out,
                     struct ob_err *err);

/* Writes all n bytes, going on after partial writes and signals. OB_EIO, with what was
 * written until then left in the file. */
bool ob_file_write(int fd, const void *data, size_t n, struct ob_err *err);

/*
 * Replaces a file as a whole: writes a temporary one beside it, renames it over. `name`
 * is relative to the open directory (AT_FDCWD for the working one); a symbolic link of
 * that name is replaced, not followed. Another process sees the old content or the new,
 * never a part, and a failure (OB_EIO) leaves the old one and no temporary file. A
 * device or a pipe of that name, or behind a link of it, is such a failure. With
 * sync, file and directory have reached the disk on return. Mode 0666 less umask. Two
 * threads must not replace the same file at once; two processes may.
 */
bool ob_file_replace(int dirfd, const char *name, const void *data, size_t n, bool sync,
                     struct ob_err *err);

/* $XDG_CONFIG_HOME/optbench, $XDG_STATE_HOME/optbench, $XDG_CACHE_HOME/optbench with
 * the defaults of the XDG base directory specification; variables that are empty or
 * relative are ignored. NULL where there is no home folder. Not created. */
char *ob_path_config(void);
char *ob_path_state(void);
char *ob_path_cache(void);

/*
 * The folder of the shipped tables and that of the shipped experiments: what
 * OPTBENCH_DATA (OPTBENCH_CONFIGS) names; else data (configs) in the folder of the
 * executable, the one above it, or share/optbench in that one, the first of them that has
 * data/SOURCES.md: a build inside the source tree and an installation that was moved find
 * their own; else the place that configure was told. Never NULL; need not exist.
 */
char *ob_path_data(void);
char *ob_path_configs(void);

/* The folder of the sets of data that the system's packages bring, such as Debian's
 * dataset-fashion-mnist: what OPTBENCH_DATASETS names, else /usr/share/datasets. */
char *ob_path_datasets(void);

#endif
