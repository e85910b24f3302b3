/* Long options from a table, which is their help text too. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct option option;

/* How a kind of value is read. It complains, naming option and text, and returns false
 * if it cannot. */
typedef bool option_parser(const option *self, const char *text, void *field);

/* The i-th word of a list, from 0; NULL: there are no more. */
typedef const char *option_word(size_t i);

struct option {
    const char *name, *value; /* --name VALUE; value NULL: a flag */
    const char *initial;      /* parsed like the user's own; NULL: nothing is */
    const char *help;
    option_parser *parse;
    size_t offset;            /* of the field, in the struct that is filled in */
    double low, high;         /* of numbers: low <= x <= high ... */
    bool above, below;        /* ... but low < x, but x < high */
    const char *const *choices; /* of option_choice, ended by NULL */
    option_word *words;       /* what the value may be: the help says so after its text */
    bool word;                /* not an option: the next word that stands alone is for it */
    bool many;                /* and all that follow */
    bool beside;              /* in the help, it shares a line with the one before */
};

option_parser option_flag,   /* bool */
              option_text,   /* const char * */
              option_count,  /* size_t, low .. high */
              option_seed,   /* uint64_t */
              option_number, /* double, low .. high */
              option_choice; /* int, an index of choices */

/* A whole number of digits alone; false if text (up to end) is none or too large. */
bool option_whole(const char *text, const char *end, unsigned long long *value);

/* Fills in target: what is initial, then what argv says. false: it has complained. */
bool options_parse(const option *table, size_t n, void *target, int argc, char **argv);
void options_print(const option *table, size_t n);

#endif /* OPTIONS_H */
