/* What a terminal can do. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum { TRUE_COLOUR = 1 << 24 };

typedef struct terminal {
    bool plain;      /* a file, a pipe, a terminal without skills: text, ASCII, no escapes */
    bool utf8;       /* it shows half blocks; else ASCII */
    int colours;     /* 0, 16, 256 or TRUE_COLOUR */
    size_t columns;
} terminal;

terminal terminal_look(void); /* at standard output, as it is now: windows are resized */

/* A sentence, broken between words where the terminal ends (a plain one has no end). */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void terminal_say(const terminal *t, const char *format, ...);

#endif /* TERMINAL_H */
