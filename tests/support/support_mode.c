/* See support_mode.h. */
#define _GNU_SOURCE /* feenableexcept */
#include <float.h>
#include "support_mode.h"

void trap(bool on)
{
#ifdef __GLIBC__
    (void)(on ? feenableexcept(BAD) : fedisableexcept(BAD));
#else
    (void)on;
#endif
}

static int trapped(void)
{
#ifdef __GLIBC__
    return fegetexcept();
#else
    return 0;
#endif
}

void flush(bool on)
{
#ifdef __x86_64__
    unsigned word = __builtin_ia32_stmxcsr(), bits = 0x8040; /* FTZ, DAZ */
    __builtin_ia32_ldmxcsr(on ? word | bits : word & ~bits);
#else
    (void)on;
#endif
}

/* Half of the least normal number is made 0, or read as 0. */
static bool flushes(void)
{
    volatile float least = FLT_MIN, half = least / 2;
    return half == 0 || half + half == 0;
}

mode mode_now(void)
{
    return (mode) { fegetround(), fetestexcept(BAD), trapped(), flushes() };
}

void enter(mode m)
{
    fesetenv(FE_DFL_ENV);
    if (m.raised)
        feraiseexcept(m.raised);
    fesetround(m.rounding);
    flush(m.flushes);
    trap(m.trapped);
}
