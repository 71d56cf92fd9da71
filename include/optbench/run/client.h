/*
 * The client end of a run's control channel: over its socket, or where that cannot be
 * had (another host, a file system without sockets) by files in control/. Used by `ctl`
 * (one call) and by the terminal (which must not wait: send, then collect answers as they
 * come). Includes only base. One struct, one thread.
 */
#ifndef OB_RUN_CLIENT_H
#define OB_RUN_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/ctl.h"
#include "optbench/run/rundir.h"

struct ob_client;

/* Connects to the run in `dir` (borrowed until destroy). Fails with OB_EIO where nothing
 * listens, with a text for people ("the run has ended"). */
struct ob_client *ob_client_create(const struct ob_rundir *dir, struct ob_err *err);
void ob_client_destroy(struct ob_client *c); /* NULL is allowed */

/* To wait for answers by poll(): the socket; -1 with files, then ask every 100 ms. */
int ob_client_fd(const struct ob_client *c);

/* Sends a request; *id (NULL allowed) is what its answer will carry, r->id is not used.
 * Never blocks. Fails with OB_EIO where the engine is gone or does not read. */
bool ob_client_send(struct ob_client *c, const struct ob_ctl_request *r, int64_t *id,
                    struct ob_err *err);

/* The next answer that has come, if any (*got). Never blocks. Fails with OB_EIO where the
 * connection ended; with OB_EDATA where the other side talks nonsense. */
bool ob_client_receive(struct ob_client *c, struct ob_ctl_answer *a, bool *got,
                       struct ob_err *err);

/* Sends and waits for that answer, at most `timeout_ms`. An answer that is an error makes
 * the call fail, too (OB_EFAIL with its text). */
bool ob_client_call(struct ob_client *c, const struct ob_ctl_request *r, int timeout_ms,
                    struct ob_ctl_answer *a, struct ob_err *err);

/* With files a viewer is one only as long as it says so: to be called about once a second
 * by who sent `watch`; nothing with a socket. */
void ob_client_keep_watching(struct ob_client *c);

#endif
