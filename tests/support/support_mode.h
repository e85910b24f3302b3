/* The floating-point mode of a host, for tests that look at it and change it. */
#ifndef SUPPORT_MODE_H
#define SUPPORT_MODE_H

#include <fenv.h>
#include <stdbool.h>

enum { BAD = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW };

typedef struct mode {
    int rounding, raised, trapped; /* of the exceptions in BAD */
    bool flushes;
} mode;

mode mode_now(void);
void enter(mode m);
void trap(bool on);
void flush(bool on); /* FTZ and DAZ; nothing but on x86-64 */

#endif /* SUPPORT_MODE_H */
