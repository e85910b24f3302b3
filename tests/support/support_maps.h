/* Mappings of memory, counted, which fail when a test wants them to: the library's own, not those
 * of BLAS. For programs that are linked with --wrap of mmap64. */
#ifndef GEMMNET_TESTS_SUPPORT_MAPS_H
#define GEMMNET_TESTS_SUPPORT_MAPS_H

extern int maps_left; /* mappings until one fails; -1: none does */
extern int maps;

#endif /* GEMMNET_TESTS_SUPPORT_MAPS_H */
