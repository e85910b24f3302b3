/* Memory that is counted, and fails where a test wants it to. For programs that are linked with
 * --wrap of malloc and its kin, so that the library's calls (and those of static libraries that it
 * uses) come here. */
#ifndef GEMMNET_TESTS_SUPPORT_COUNT_H
#define GEMMNET_TESTS_SUPPORT_COUNT_H

#include <stdatomic.h>
#include <stddef.h>

extern atomic_long calls, live, fail_at; /* fail_at: the call that fails; 0: none. live: blocks */
extern atomic_size_t live_bytes, peak_bytes;

void forget_peak(void); /* peak_bytes is from now on */

#endif /* GEMMNET_TESTS_SUPPORT_COUNT_H */
