/* What `optbench parity` prints, for people or as JSON. For src/cli alone. */
#ifndef OB_CLI_PARITY_REPORT_H
#define OB_CLI_PARITY_REPORT_H

#include "optbench/base/buf.h"
#include "optbench/base/json.h"
#include "optbench/train/parity.h"
#include "parity_list.h"

struct parity_report {
    bool as_json, problems; /* problems: a line for each case and not for each flag */
    size_t subjects, flags, cases, wrong, by_hand, bare;
    struct ob_json json;
    struct ob_buf text; /* of the JSON */
    /* The flag under way. */
    struct ob_parity_result sum;
    struct ob_buf why;
    bool cannot;
};

void parity_report_begin(struct parity_report *r);
/* A subject: its vectors, or NULL with the test that stands for them, or neither. */
void parity_report_subject(struct parity_report *r, const char *name,
                           const struct ob_parity *p, const char *test);
/* Its case i; out NULL: it could not be compared, *err says why. */
void parity_report_case(struct parity_report *r, const struct ob_parity *p, size_t i,
                        const struct ob_parity_result *out, const struct ob_err *err);
/* A subject whose vectors cannot be read. */
void parity_report_broken(struct parity_report *r, const struct ob_err *err);
void parity_report_subject_end(struct parity_report *r);
/* Prints the last line, or all of the JSON; the exit status. */
int parity_report_end(struct parity_report *r);

#endif
