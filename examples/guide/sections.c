#include "sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(const section *sections, size_t n, const char *program)
{
    fprintf(stderr, "usage: %s SECTION [NUMBER...], of the sections\n   ", program);
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, " %s", sections[i].name);
    fputs("\n", stderr);
    return 2;
}

static bool read_numbers(int argc, char **argv, double *numbers)
{
    for (int i = 0; i < argc; i++) {
        char *end;
        if (i == MOST_NUMBERS)
            return false;
        numbers[i] = strtod(argv[i], &end);
        if (end == argv[i] || *end)
            return false;
    }
    return true;
}

static int print(const section *s)
{
    if (s->print(s->numbers) >= 0)
        return fflush(stdout) != 0;
    fprintf(stderr, "%s: %s\n", s->name, gn_error_message());
    return 1;
}

static int print_all(const section *sections, size_t n, const char *program)
{
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        printf("%s---- %s %s%s\n\n", i ? "\n" : "", program, sections[i].name,
               sections[i].picture ? " | gnuplot -p" : "");
        if (!sections[i].picture)
            failed |= print(&sections[i]);
    }
    return failed;
}

int print_sections(const section *sections, size_t n, int argc, char **argv)
{
    if (argc < 2)
        return print_all(sections, n, argv[0]);
    for (size_t i = 0; i < n; i++) {
        section s = sections[i];
        if (strcmp(argv[1], s.name) == 0 && read_numbers(argc - 2, argv + 2, s.numbers))
            return print(&s);
    }
    return usage(sections, n, argv[0]);
}
