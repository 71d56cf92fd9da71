#include <config.h>

#include "optbench/base/priority.h"

#include <errno.h>
#include <sched.h>

#include "optbench/base/err.h"
#include "optbench/base/log.h"

void ob_priority_stand_back(void)
{
    const struct sched_param p = { 0 };
    if (sched_setscheduler(0, SCHED_BATCH | SCHED_RESET_ON_FORK, &p) != 0)
        ob_log("no batch scheduling: %s", ob_errno_text(errno));
}
