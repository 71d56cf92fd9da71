#include <config.h>

#include "policy.h"

#include <signal.h>

#include "optbench/base/err.h"

/* What somebody else did to a process is tried again a few times, whatever [sweep] says:
 * it is not the cell that failed. */
enum { FROM_OUTSIDE = 3 };

static bool from_outside(const struct policy_case *c)
{
    return c->interrupted || c->signal == SIGKILL || c->signal == SIGTERM ||
           c->signal == SIGINT || c->signal == SIGHUP;
}

/* A config or a table that is wrong is wrong the next time, too. */
static bool lasting(const struct policy_case *c)
{
    return !c->signal &&
           (c->status == ob_code_exit(OB_ECONFIG) || c->status == ob_code_exit(OB_EDATA));
}

enum policy_verdict policy_judge(struct policy *p, const struct policy_case *c)
{
    unsigned tries = p->retries;
    bool io = !c->signal && !c->interrupted && c->status == ob_code_exit(OB_EIO);
    p->io_row = io ? p->io_row + 1 : 0;
    if (from_outside(c) && tries < FROM_OUTSIDE)
        tries = FROM_OUTSIDE;
    if (p->io_row >= POLICY_IO_ROW)
        return POLICY_HOPELESS;
    if (!lasting(c) && c->attempts <= tries)
        return POLICY_AGAIN;
    return p->fail_fast ? POLICY_STOP : POLICY_FAILED;
}

void policy_success(struct policy *p)
{
    p->io_row = 0;
}
