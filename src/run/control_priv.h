/*
 * The half of the control channel that needs no socket: requests as files. A client
 * renames `control/NAME.request` into place (one request, a line of JSON); the engine
 * reads and removes it and puts `control/NAME.answer` there. Private to run: control.c
 * uses it beside its socket, client.c speaks the other side.
 *
 * A viewer by files cannot hang up, so it counts as watching only for OB_CONTROL_WATCH_NS
 * after it last said so.
 */
#ifndef OB_RUN_CONTROL_PRIV_H
#define OB_RUN_CONTROL_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/ctl.h"
#include "optbench/run/rundir.h"

#define OB_CONTROL_FILES_SLOT 1000u /* of tickets, above those of clients */
#define OB_CONTROL_WATCH_NS   INT64_C(3000000000)
#define OB_CONTROL_REQUEST    ".request"
#define OB_CONTROL_ANSWER     ".answer"

struct ob_control_files;

/* Makes control/ and removes what an earlier engine left. */
struct ob_control_files *ob_control_files_create(const struct ob_rundir *dir,
                                                 struct ob_err *err);
void ob_control_files_destroy(struct ob_control_files *f);

/* Readable when there may be new requests; -1 where changes are not told. */
int ob_control_files_fd(const struct ob_control_files *f);
/* Whether to look without being told. */
bool ob_control_files_ticks(const struct ob_control_files *f);

/* Looks for new requests, where there may be some. */
void ob_control_files_scan(struct ob_control_files *f);

/* The next one found, its content in *line; *ticket is for the answer. */
bool ob_control_files_next(struct ob_control_files *f, struct ob_buf *line,
                           uint32_t *ticket);
void ob_control_files_answer(struct ob_control_files *f, uint32_t ticket,
                             const struct ob_ctl_answer *a);

/* A viewer said that it watches; whether one does. */
void ob_control_files_watch(struct ob_control_files *f);
unsigned ob_control_files_watching(const struct ob_control_files *f);

#endif
