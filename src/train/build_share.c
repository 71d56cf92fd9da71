/* Ranks that build one problem together, and follow it. */
#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/model/shared.h"
#include "trainer_priv.h"

/* What a rank says of itself: whether it is ready, and the two halves of the hash of its
 * data. As doubles, for only these are summed. */
enum { FAILED, HIGH, LOW, WORDS };

/* Rank 0 says what is wrong with others. Their own words stand on stderr. */
static bool judge(const struct ob_trainer *t, const double *said, struct ob_diags *diags)
{
    for (unsigned r = 1; r < t->share->ranks; r++)
        if (said[r * WORDS + FAILED] > 0)
            return ob_diags_add(diags, OB_EFAIL, NULL, 0,
                                "rank %u of %u could not begin; it says why", r,
                                t->share->ranks);
    for (unsigned r = 1; r < t->share->ranks; r++)
        if (said[r * WORDS + HIGH] != said[HIGH] || said[r * WORDS + LOW] != said[LOW])
            return ob_diags_add(
                diags, OB_EDATA, t->origin, 0,
                "rank %u of %u read other data than rank 0: the file must "
                "be the same on all machines",
                r, t->share->ranks);
    return true;
}

/* Whether all are ready, with the same data. */
static bool agree(const struct ob_share *s, const double *said)
{
    bool all = true;
    for (unsigned r = 0; r < s->ranks; r++)
        all = all && said[r * WORDS + FAILED] == 0 &&
              said[r * WORDS + HIGH] == said[HIGH] && said[r * WORDS + LOW] == said[LOW];
    return all;
}

bool ob_trainer_meet(struct ob_trainer *t, bool failed, struct ob_diags *diags)
{
    struct ob_share *s = t->share;
    if (!s)
        return true;
    double *said = ob_xcalloc((size_t)s->ranks * WORDS, sizeof *said);
    double *own = said + (size_t)s->rank * WORDS;
    own[FAILED] = failed;
    own[HIGH] = (double)(t->data_hash >> 32);
    own[LOW] = (double)(t->data_hash & UINT32_MAX);
    s->sum(s, OB_F64, (size_t)s->ranks * WORDS, said);
    t->met = agree(s, said);
    if (t->met && s->rank == 0)
        ob_problem_lead(t->problem);
    if (s->rank == 0 && !failed)
        judge(t, said, diags);
    const bool heard = said[FAILED] > 0; /* rank 0 has words of its own */
    free(said);
    if (s->rank > 0 && failed && !heard) {
        fprintf(stderr, "optbench-mpi: rank %u of %u:\n", s->rank, s->ranks);
        ob_diags_sort(diags);
        ob_diags_print(diags, stderr);
    }
    return t->met;
}

void ob_trainer_leave(struct ob_share *share)
{
    share->tell(share, "", 0);
}

/* The problem of this rank, for the spec that rank 0 told. */
static int follow(struct ob_share *share, const struct ob_spec *spec, bool readable,
                  struct ob_diags *diags)
{
    struct ob_trainer *t = ob_xcalloc(1, sizeof *t);
    struct ob_dataset data = { 0 };
    t->spec = spec;
    t->here = true;
    t->share = share;
    const bool ready = readable && ob_trainer_build_problem(t, &data, diags);
    ob_dataset_finish(&data);
    const bool met = ob_trainer_meet(t, !ready, diags);
    if (met)
        ob_problem_follow(t->problem);
    ob_trainer_destroy(t);
    return met ? 0 : ready ? ob_code_exit(OB_EFAIL) : ob_diags_exit(diags);
}

int ob_trainer_follow(struct ob_share *share)
{
    struct ob_buf text = { 0 };
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    int status = 0;
    share->hear(share, &text);
    if (text.len > 0) {
        const struct ob_spec_from from = { .path = "rank 0",
                                           .text = ob_buf_text(&text),
                                           .n = text.len };
        const bool readable = ob_spec_read(&from, &spec, &diags);
        status = follow(share, &spec, readable, &diags);
    }
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    ob_buf_finish(&text);
    return status;
}
