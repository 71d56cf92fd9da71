/*
 * The server end of a run's control channel, on the engine's main thread. It owns the
 * socket control.sock (mode 0600, same user only) and the folder control/ (the same
 * requests as files, for who cannot have the socket), the list of clients, who of them
 * watches and who steers. It reads requests and hands them to the engine one by one; the
 * engine answers each exactly once, now or later, by its ticket.
 *
 * Bad JSON, an unknown command and a line that is too long are answered with an error
 * here. A client that does not read its answers is dropped. The socket's path is reached
 * through the directory's handle (/proc/self/fd/N/control.sock), because the address of a
 * socket ends at 108 bytes. Where there can be no socket the run goes on with files
 * alone.
 */
#ifndef OB_RUN_CONTROL_H
#define OB_RUN_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/ctl.h"
#include "optbench/run/rundir.h"

struct ob_control;

/* Names one unanswered request; stays valid when its client goes away. */
struct ob_ticket {
    uint32_t slot, generation;
    int64_t id;
};

/* Never fails for want of a socket; `dir` is borrowed until destroy. OPTBENCH_NO_SOCKET
 * in the environment asks for files alone. OB_EIO where control/ cannot be made. */
struct ob_control *ob_control_create(const struct ob_rundir *dir, struct ob_err *err);
/* Closes all clients and removes the socket. NULL is allowed. */
void ob_control_destroy(struct ob_control *c);

/* Becomes readable when a client wants something (an epoll descriptor). */
int ob_control_fd(const struct ob_control *c);
/* Whether requests that come as files have to be looked for: changes of their folder are
 * not told here. */
bool ob_control_ticks(const struct ob_control *c);

/* The next request, if any: call until it returns false, when ob_control_fd() is readable
 * and, where ob_control_ticks(), every 100 ms. `watch` and `steer` are dealt with here
 * and are not handed out. */
bool ob_control_next(struct ob_control *c, struct ob_ctl_request *r,
                     struct ob_ticket *ticket);

/* Sends the answer; a->id is filled from the ticket. A client that is gone is fine. */
void ob_control_answer(struct ob_control *c, struct ob_ticket ticket,
                       struct ob_ctl_answer a);
void ob_control_error(struct ob_control *c, struct ob_ticket ticket, const char *format,
                      ...) OB_PRINTF(3, 4);

/* How many watch now, and the label of who steers ("" = nobody). `step` is what answers
 * given here carry. NULL: an engine that nobody can reach yet. */
unsigned ob_control_viewers(struct ob_control *c);
const char *ob_control_steering(const struct ob_control *c);
void ob_control_step(struct ob_control *c, uint64_t step);

#endif
