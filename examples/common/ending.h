/* What the ending of a file's name promises, and whether a program keeps that. */
#ifndef ENDING_H
#define ENDING_H

#include <stdbool.h>

typedef enum content { A_MODEL, A_TABLE, A_RECORD, A_PAGE, A_PICTURE } content;

/* Whether what an option writes may have this name: safetensors (A_MODEL), CSV, JSON, HTML, or a
 * picture of gnuplot's. Endings that are not known promise nothing. false: it has complained. */
bool ending_fits(const char *option, const char *path, content what); /* path NULL: all is well */
bool ends_in(const char *path, const char *ending); /* as ".svg"; capitals are letters too */

#endif /* ENDING_H */
