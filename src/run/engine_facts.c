#include <config.h>

#include "engine_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/path.h"
#include "optbench/num/cpu.h"
#include "repository.h"

#define CPUINFO_MAX ((size_t)1 << 20)

static void find_cpu(char *out, size_t cap)
{
    struct ob_buf text = { 0 };
    const char *at = NULL;
    if (ob_file_read("/proc/cpuinfo", CPUINFO_MAX, &text, NULL))
        at = strstr(ob_buf_text(&text), "model name");
    at = at ? strchr(at, ':') : NULL;
    int n = at ? (int)strcspn(at + 1, "\n") : 0;
    snprintf(out, cap, "%.*s (%s)", n > 1 ? n - 1 : 7, n > 1 ? at + 2 : "unknown",
             ob_cpu_name());
    ob_buf_finish(&text);
}

static void find_repository(struct engine_facts *f)
{
    static const char *const dirty[] = { "", "no", "yes" };
    struct ob_repository r;
    char *here = ob_path_absolute(".");
    ob_repository_look(&r, here);
    snprintf(f->git_commit, sizeof f->git_commit, "%s", r.commit);
    snprintf(f->git_branch, sizeof f->git_branch, "%s", r.branch);
    snprintf(f->git_dirty, sizeof f->git_dirty, "%s", dirty[r.state]);
    free(here);
}

void engine_facts_gather(struct engine_facts *f)
{
    *f = (struct engine_facts){ 0 };
    find_cpu(f->cpu, sizeof f->cpu);
    ob_run_host(f->host, f->boot);
    find_repository(f);
}

void engine_facts_fill(const struct engine_facts *f, bool begins, struct ob_run_info *i)
{
    memcpy(i->cpu, f->cpu, sizeof i->cpu);
    memcpy(i->host, f->host, sizeof i->host);
    memcpy(i->boot, f->boot, sizeof i->boot);
    if (!begins)
        return;
    memcpy(i->git_commit, f->git_commit, sizeof i->git_commit);
    memcpy(i->git_branch, f->git_branch, sizeof i->git_branch);
    memcpy(i->git_dirty, f->git_dirty, sizeof i->git_dirty);
}
