/* Calls of the system that have to do with files, counted, of which one fails with EIO. For
 * programs that are linked with --wrap of them. One thread alone. */
#ifndef GEMMNET_TESTS_SUPPORT_SYSTEM_H
#define GEMMNET_TESTS_SUPPORT_SYSTEM_H

extern long system_calls, system_fails_at; /* the call that fails; 0: none */
/* their names, "open write close ", as far as there is room */
extern char system_trail[256];

#endif /* GEMMNET_TESTS_SUPPORT_SYSTEM_H */
