/*
 * A fuzz target: one function in fuzz_<name>.c that reads `size` bytes of hostile input
 * and aborts when what it checks does not hold. The name and the signature are those
 * that libFuzzer calls; fuzz_main.c calls the same function from `make check`.
 */
#ifndef OB_TESTS_FUZZ_H
#define OB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0. data[size] is borrowed for the call and not NUL ended. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
