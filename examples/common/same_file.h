/* Files that must not be the same one. */
#ifndef SAME_FILE_H
#define SAME_FILE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct named_file { const char *what, *path; } named_file; /* path NULL: not given */

/* false: it has complained of the first that is one of those before it. */
bool files_differ(const named_file *files, size_t n);
bool output_differs(const named_file *file); /* standard output */

#endif /* SAME_FILE_H */
