/* A whole gzip file in memory. */
#ifndef GZIP_H
#define GZIP_H

#include <stddef.h>

unsigned char *gzip_read(const char *path, size_t *size); /* to be freed; NULL: it has complained */

#endif /* GZIP_H */
