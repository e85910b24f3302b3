/* A file that appears whole or not at all. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* It can probably be written. path NULL, here and below: no file, and all is well. */
bool output_check(const char *path);

typedef struct output { FILE *file; const char *path; char *part; } output;

/* These return false where they have complained. */
bool output_open(output *o, const char *path);
bool output_commit(output *o);
void output_discard(output *o);

#endif /* OUTPUT_H */
