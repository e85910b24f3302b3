/* A program of the guide prints sections of its chapter: one that the command line names, with
 * numbers instead of those of the text if some follow, or all. */
#ifndef SECTIONS_H
#define SECTIONS_H

#include <gemmnet/gemmnet.h>

enum { MOST_NUMBERS = 4 };

typedef struct section {
    const char *name;
    gn_status (*print)(const double *numbers);
    double numbers[MOST_NUMBERS]; /* of the text */
    bool picture;                 /* what it prints is for gnuplot */
} section;

/* What main() returns. */
int print_sections(const section *sections, size_t n, int argc, char **argv);

#endif
